//! Layer 8: institutions in the order of their levels, places within their regions (KB-104).

use crate::diagnostics::{Code, Diagnostic, text};
use crate::fields::{Kind, Record, Value};
use crate::site::Site;
use crate::source::Spanned;
use crate::taxonomy::{Bounds, Vocabulary};

/// An institution's parent is of a higher level; the edition lists levels from the highest.
pub(super) fn parents(site: &Site, found: &mut Vec<Diagnostic>) {
    let levels = site.taxonomy.terms(Vocabulary::Levels);
    let rank = |record: &Record| {
        let level = record.text("level")?;
        levels.iter().position(|term| term.id.value == level)
    };
    for (_, document) in site.of_kind(Kind::Institution) {
        let Some((parent, kind, id)) = document
            .meta
            .get("parent")
            .and_then(|value| value.value.reference().map(|(kind, id)| (value, kind, id)))
        else {
            continue;
        };
        let Some(above) = site.find(kind, id).map(|id| site.get(id)) else { continue };
        // An institution above itself is a cycle (KB-307), not a matter of levels.
        let (Some(own), Some(other)) = (rank(&document.meta), rank(&above.meta)) else { continue };
        if other < own || above.key() == document.key() {
            continue;
        }
        let (label, mine) = (&levels[other].label, &levels[own].label);
        let title = above.title();
        let diagnostic = Diagnostic::new(
            Code(104),
            parent.span,
            text!(
                "上级机构“{title}”是{label}级，不高于本机构的{mine}级",
                "the parent “{title}” is of the level “{label}”, which is not above “{mine}”"
            ),
        )
        .help(text!(
            "换一个级别更高的上级机构，或改正“级别”（level）；没有上级就删去这一行",
            "name a parent of a higher level, correct the level, or delete this line"
        ));
        found.push(match above.meta.span("level") {
            Some(span) => {
                diagnostic.related(span, text!("上级机构的级别在这里", "the parent's level is here"))
            }
            None => diagnostic,
        });
    }
}

/// The coordinates of a base lie in its region, as far as the edition knows how far that reaches.
pub(super) fn coordinates(site: &Site, found: &mut Vec<Diagnostic>) {
    for (_, document) in site.documents() {
        let Some(geo) = document.meta.record("geo") else { continue };
        let (Some(lat), Some(lon)) = (geo.get("lat"), geo.get("lon")) else { continue };
        let (Value::Decimal(north), Value::Decimal(east)) = (&lat.value, &lon.value) else { continue };
        let place = Place { lat, lon, north: *north, east: *east };
        let region = document.meta.text("region").and_then(|region| site.taxonomy.bounds(region));
        let bounds = region.map_or(EARTH, |(bounds, _)| bounds);
        let label = region.map_or("地球", |(_, term)| &term.label);
        let Some(diagnostic) = outside(&place, bounds, label) else { continue };
        found.push(match region {
            Some((_, term)) => diagnostic.related(
                term.id.span,
                text!("课程方案里的地区范围", "the extent of the region in the edition"),
            ),
            None => diagnostic,
        });
    }
}

/// What any place lies in.
const EARTH: Bounds = Bounds { lat: (-90_000_000, 90_000_000), lon: (-180_000_000, 180_000_000) };

struct Place<'a> {
    lat: &'a Spanned<Value>,
    lon: &'a Spanned<Value>,
    north: i64,
    east: i64,
}

fn outside(place: &Place<'_>, bounds: Bounds, region: &str) -> Option<Diagnostic> {
    let Place { lat, lon, north, east } = *place;
    let within = |value: i64, (from, to): (i64, i64)| (from..=to).contains(&value);
    let (north_fits, east_fits) = (within(north, bounds.lat), within(east, bounds.lon));
    if north_fits && east_fits {
        return None;
    }
    let (wrong, value, zh, en, (from, to)) = if north_fits {
        (lon, east, "经度", "longitude", bounds.lon)
    } else {
        (lat, north, "纬度", "latitude", bounds.lat)
    };
    let (value, from, to) = (degrees(value), degrees(from), degrees(to));
    let diagnostic = Diagnostic::new(
        Code(104),
        wrong.span,
        text!(
            "{zh} {value} 不在“{region}”的范围（{from} 到 {to}）内",
            "the {en} {value} is outside “{region}”, which reaches from {from} to {to}"
        ),
    );
    Some(if within(east, bounds.lat) && within(north, bounds.lon) {
        diagnostic
            .help(text!(
                "纬度和经度写反了，对调这两个数",
                "latitude and longitude are swapped; exchange the two numbers"
            ))
            .fix(lat.span, degrees(east))
            .fix(lon.span, degrees(north))
    } else {
        diagnostic.help(text!(
            "对照地图核对坐标，或改正“地区”（region）；坐标用十进制的度，例如 30.5",
            "check the coordinates on a map, or correct the region; write decimal degrees such as 30.5"
        ))
    })
}

/// `30.5` for 30500000 millionths.
fn degrees(millionths: i64) -> String {
    let (whole, part) = (millionths.abs() / 1_000_000, millionths.abs() % 1_000_000);
    let sign = if millionths < 0 { "-" } else { "" };
    let part = format!("{part:06}");
    let part = part.trim_end_matches('0');
    if part.is_empty() { format!("{sign}{whole}") } else { format!("{sign}{whole}.{part}") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{FileId, Span};

    fn judge(north: i64, east: i64) -> Option<(String, usize)> {
        let value = |at: usize, value| Spanned::new(Value::Decimal(value), Span::new(FileId(0), at..at + 1));
        let (lat, lon) = (value(1, north), value(2, east));
        let bounds = Bounds { lat: (27_000_000, 31_200_000), lon: (118_000_000, 123_200_000) };
        let found = outside(&Place { lat: &lat, lon: &lon, north, east }, bounds, "浙江省")?;
        let texts: Vec<String> =
            found.fix.iter().flat_map(|fix| &fix.replacements).map(|one| one.text.clone()).collect();
        Some((texts.join(" "), found.span.start as usize))
    }

    #[test]
    fn what_is_outside_is_found_and_what_is_swapped_is_exchanged() {
        assert_eq!(judge(30_523_000, 119_600_000), None);
        assert_eq!(judge(119_600_000, 30_523_000), Some(("30.523 119.6".into(), 1)));
        assert_eq!(judge(39_900_000, 116_400_000), Some((String::new(), 1)));
        assert_eq!(judge(30_000_000, 139_000_000), Some((String::new(), 2)));
    }
}
