//! A reader for the HTML that keben writes: strict, because it is our own output. Whatever a browser would have to
//! guess about is an error here.

/// One start tag.
#[derive(Debug)]
pub struct Tag {
    pub name: String,
    /// In the order of the page, entities resolved.
    pub attributes: Vec<(String, String)>,
}

impl Tag {
    pub fn get(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(attribute, _)| attribute == name).map(|(_, value)| value.as_str())
    }
}

#[derive(Debug, Default)]
pub struct Page {
    pub tags: Vec<Tag>,
    /// Text outside `script` and `style`, entities resolved.
    pub text: String,
}

const VOID: [&str; 14] = [
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track",
    "wbr",
];

/// Every start tag and the text, or what is wrong and near which text.
pub fn read(html: &str) -> Result<Page, String> {
    let mut page = Page::default();
    let mut open: Vec<String> = Vec::new();
    let mut rest = html.strip_prefix("<!doctype html>").ok_or("no <!doctype html> first")?;
    while !rest.is_empty() {
        let near = || rest.chars().take(60).collect::<String>();
        let Some(after) = rest.strip_prefix('<') else {
            let end = rest.find('<').unwrap_or(rest.len());
            page.text.push_str(&resolve(&rest[..end])?);
            rest = &rest[end..];
            continue;
        };
        if let Some(comment) = after.strip_prefix("!--") {
            rest = &comment[comment.find("-->").ok_or_else(|| format!("an open comment: {}", near()))? + 3..];
            continue;
        }
        if let Some(end_tag) = after.strip_prefix('/') {
            let (name, after) = end_tag.split_once('>').ok_or_else(|| format!("an open tag: {}", near()))?;
            if open.pop().as_deref() != Some(name) {
                return Err(format!("</{name}> closes nothing or the wrong element: {}", near()));
            }
            rest = after;
            continue;
        }
        let (tag, after) = start_tag(after).map_err(|wrong| format!("{wrong}: {}", near()))?;
        rest = after;
        if matches!(tag.name.as_str(), "script" | "style") {
            let end = format!("</{}>", tag.name);
            rest = rest.split_once(&end).ok_or_else(|| format!("no {end}"))?.1;
        } else if !VOID.contains(&tag.name.as_str()) {
            open.push(tag.name.clone());
        }
        page.tags.push(tag);
    }
    if open.is_empty() { Ok(page) } else { Err(format!("never closed: {open:?}")) }
}

fn start_tag(text: &str) -> Result<(Tag, &str), &'static str> {
    let end = text.find(|c: char| !c.is_ascii_alphanumeric()).ok_or("a tag without an end")?;
    let name = text[..end].to_owned();
    if name.is_empty() || name.bytes().any(|byte| byte.is_ascii_uppercase()) {
        return Err("a `<` that begins no tag");
    }
    let mut attributes: Vec<(String, String)> = Vec::new();
    let mut rest = &text[end..];
    loop {
        let trimmed = rest.trim_start();
        if let Some(after) = trimmed.strip_prefix('>') {
            return Ok((Tag { name, attributes }, after));
        }
        if let Some(after) = trimmed.strip_prefix("/>") {
            return Ok((Tag { name, attributes }, after));
        }
        if trimmed.len() == rest.len() {
            return Err("no space before an attribute");
        }
        let end = trimmed.find(['=', '>', ' ', '\n']).ok_or("a tag without an end")?;
        let attribute = trimmed[..end].to_owned();
        if attribute.is_empty() || attribute.contains(['"', '\'', '<']) {
            return Err("an odd attribute");
        }
        if attributes.iter().any(|(other, _)| *other == attribute) {
            return Err("an attribute twice");
        }
        rest = &trimmed[end..];
        let value = match rest.strip_prefix('=') {
            None => String::new(),
            Some(after) => {
                let quoted = after.strip_prefix('"').ok_or("a value without quotes")?;
                let (value, after) = quoted.split_once('"').ok_or("a value without an end")?;
                rest = after;
                resolve(value).map_err(|_| "an odd entity")?
            }
        };
        attributes.push((attribute, value));
    }
}

/// The few entities that keben writes.
pub fn resolve(text: &str) -> Result<String, String> {
    let mut parts = text.split('&');
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (name, after) = part.split_once(';').ok_or_else(|| format!("a bare & before {part:?}"))?;
        let number = |digits: &str, radix| u32::from_str_radix(digits, radix).ok().and_then(char::from_u32);
        let character = match name {
            "amp" => '&',
            "lt" => '<',
            "gt" => '>',
            "quot" => '"',
            "apos" => '\'',
            "nbsp" => '\u{a0}',
            _ => match name.strip_prefix("#x") {
                Some(digits) => number(digits, 16),
                None => name.strip_prefix('#').and_then(|digits| number(digits, 10)),
            }
            .ok_or_else(|| format!("an unknown entity: {name}"))?,
        };
        out.push(character);
        out.push_str(after);
    }
    Ok(out)
}

/// Percent-decoded; `None` where it is not UTF-8.
pub fn decode_url(url: &str) -> Option<String> {
    let mut bytes = Vec::new();
    let mut rest = url.as_bytes();
    while let [first, tail @ ..] = rest {
        rest = tail;
        match (first, tail) {
            (b'%', [high, low, tail @ ..]) => {
                let digit = |byte: u8| char::from(byte).to_digit(16);
                bytes.push((digit(*high)? * 16 + digit(*low)?) as u8);
                rest = tail;
            }
            _ => bytes.push(*first),
        }
    }
    String::from_utf8(bytes).ok()
}

#[test]
fn odd_markup_is_refused() {
    let good = "<!doctype html><p a=\"&amp;\">x &lt; y<br><script>a<b</script></p>";
    let page = read(good).unwrap();
    assert_eq!((page.tags.len(), page.text.as_str()), (3, "x < y"));
    assert_eq!(page.tags[0].get("a"), Some("&"));
    for bad in ["<p>", "<p></b>", "<p a='x'></p>", "<p a=x></p>", "a < b", "<p a=\"1\" a=\"2\"></p>", "a & b"]
    {
        assert!(read(&format!("<!doctype html>{bad}")).is_err(), "{bad}");
    }
    assert_eq!(decode_url("a%E7%AB%A0").as_deref(), Some("a章"));
}
