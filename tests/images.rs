//! Images of documents: what goes out for each kind, what pages say of them, and what a second build costs.

use crate::html::read;
use crate::knowledge_base::{Tree, copy, keben, outcome, tree};
use image::{DynamicImage, GenericImageView, ImageFormat, Rgb, RgbImage};
use std::collections::BTreeMap;
use std::fs;
use std::io::Cursor;
use std::path::Path;
use std::time::SystemTime;

const COURSE: &str = "---\n标题: 乡村治理案例研讨\n状态: 草稿\n类别: 专业化能力培训\n学时: 4\n教学方式: [研讨式]\n对象: [基层干部]\n---\n\n";
const FOLDER: &str = "courses/village-governance";

/// A site with one course that shows `images`, and `more` at the end of its text.
fn site(images: &[(&str, Vec<u8>)], more: &str) -> tempfile::TempDir {
    let root = tempfile::tempdir().unwrap();
    copy(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/rules/site"), root.path());
    let folder = root.path().join("content").join(FOLDER);
    fs::create_dir_all(&folder).unwrap();
    let mut text = COURSE.to_owned();
    for (name, bytes) in images {
        text.push_str(&format!("![图](<{name}>)\n\n"));
        fs::write(folder.join(name), bytes).unwrap();
    }
    fs::write(folder.join("index.md"), text + more).unwrap();
    root
}

fn build(root: &Path, extra: &[&str]) -> crate::knowledge_base::Outcome {
    let mut command = keben(["--root"]);
    command
        .arg(root)
        .args(["--lang", "zh", "build", "--drafts", "--no-search", "--format", "short"])
        .args(extra);
    outcome(&mut command)
}

/// The files of the course below `public/`, without the folder's name.
fn published(root: &Path) -> Tree {
    tree(&root.join("public").join(FOLDER))
}

fn gradient(width: u32, height: u32) -> DynamicImage {
    let pixel =
        |x: u32, y: u32| Rgb([(x * 255 / width) as u8, (y * 255 / height) as u8, ((x ^ y) & 63) as u8]);
    DynamicImage::ImageRgb8(RgbImage::from_fn(width, height, pixel))
}

fn written(image: &DynamicImage, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    image.write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

/// EXIF with an orientation, an artist and a latitude.
fn exif(turn: u16) -> Vec<u8> {
    let entry = |tag: u16, kind: u16, count: u32, value: u32| {
        let mut bytes = [tag.to_le_bytes(), kind.to_le_bytes()].concat();
        bytes.extend([count.to_le_bytes(), value.to_le_bytes()].concat());
        bytes
    };
    // At 8 three entries, to 50; at 50 the name, at 58 one entry, to 76; at 76 three fractions.
    let mut tiff = b"II*\0\x08\0\0\0\x03\0".to_vec();
    tiff.extend(entry(0x0112, 3, 1, u32::from(turn)));
    tiff.extend(entry(0x013b, 2, 8, 50));
    tiff.extend(entry(0x8825, 4, 1, 58));
    tiff.extend(0u32.to_le_bytes());
    tiff.extend(b"Example\0\x01\0");
    tiff.extend(entry(2, 5, 3, 76));
    tiff.extend(0u32.to_le_bytes());
    for number in [30u32, 1, 15, 1, 0, 1] {
        tiff.extend(number.to_le_bytes());
    }
    tiff
}

/// The JPEG with EXIF as a camera writes it.
fn photograph(image: &DynamicImage, turn: u16) -> Vec<u8> {
    let jpeg = written(image, ImageFormat::Jpeg);
    let exif = [b"Exif\0\0".to_vec(), exif(turn)].concat();
    let length = (exif.len() as u16 + 2).to_be_bytes();
    [&jpeg[..2], b"\xff\xe1", &length, &exif, b"\xff\xfe\0\x09comment", &jpeg[2..]].concat()
}

fn size(bytes: &[u8]) -> (u32, u32) {
    image::load_from_memory(bytes).unwrap().dimensions()
}

fn tells(bytes: &[u8]) -> bool {
    [&b"Exif"[..], b"Example", b"eXIf", b"EXIF", b"comment", b"tEXt"]
        .iter()
        .any(|word| memchr::memmem::find(bytes, word).is_some())
}

/// The attributes of every `<img>` of the course's page.
fn shown(root: &Path) -> Vec<BTreeMap<String, String>> {
    let page = fs::read_to_string(root.join("public").join(format!("{FOLDER}.html"))).unwrap();
    let images = read(&page).unwrap().tags.into_iter().filter(|tag| tag.name == "img");
    images
        .map(|tag| {
            let names = ["src", "width", "height", "srcset", "sizes", "loading", "decoding", "alt"];
            names.iter().filter_map(|name| Some(((*name).to_owned(), tag.get(name)?.to_owned()))).collect()
        })
        .collect()
}

#[test]
fn a_photograph_goes_out_upright_in_three_widths_and_without_its_place() {
    // Taken with the camera on its side: the left edge of the file is the top of the picture.
    let root = site(&[("photo.jpg", photograph(&gradient(2400, 3600), 6))], "");
    let first = build(root.path(), &[]).expect(0);
    assert!(!first.stderr.contains("KB-804") && !first.stderr.contains("KB-904"), "{}", first.stderr);
    let files = published(root.path());
    let sizes: Vec<_> = files.iter().map(|(path, bytes)| (path.as_str(), size(bytes))).collect();
    assert_eq!(
        sizes,
        [("photo-480.jpg", (480, 320)), ("photo-960.jpg", (960, 640)), ("photo.jpg", (1600, 1067))]
    );
    assert!(files.values().all(|bytes| !tells(bytes)));
    // Turned by a quarter to the right: red grows downwards, green to the left.
    let pixels = image::load_from_memory(&files["photo-480.jpg"]).unwrap().into_rgb8();
    let (corner, below, right) = (pixels.get_pixel(4, 4), pixels.get_pixel(4, 315), pixels.get_pixel(475, 4));
    assert!(
        below[0] > 200 && corner[0] < 60 && corner[1] > 200 && right[1] < 60,
        "{corner:?} {below:?} {right:?}"
    );
    let shown = shown(root.path());
    let expected = [
        ("alt", "图"),
        ("decoding", "async"),
        ("height", "1067"),
        ("loading", "lazy"),
        ("sizes", "(min-width:45em) 43em, 94vw"),
        ("src", "../courses/village-governance/photo.jpg"),
        (
            "srcset",
            "../courses/village-governance/photo-480.jpg 480w, ../courses/village-governance/photo-960.jpg 960w, ../courses/village-governance/photo.jpg 1600w",
        ),
        ("width", "1600"),
    ];
    assert_eq!(shown, [expected.map(|(name, value)| (name.to_owned(), value.to_owned())).into()]);
}

#[test]
fn what_is_small_and_upright_loses_its_metadata_and_no_pixel() {
    let small = gradient(300, 200);
    let png = written(&small, ImageFormat::Png);
    let said = [&png[..33], &[0, 0, 0, 7], b"tEXtExample", &[1, 2, 3, 4], &png[33..]].concat();
    let jpeg = photograph(&small, 1);
    // Heavy photographs are written again; one of few colours is not heavy.
    let plain = photograph(&DynamicImage::ImageRgb8(RgbImage::from_pixel(400, 400, Rgb([9, 99, 199]))), 1);
    let webp = written(&small, ImageFormat::WebP);
    let root = site(
        &[
            ("a.png", said),
            ("b.jpg", plain.clone()),
            ("c.webp", webp.clone()),
            ("d.jpg", jpeg),
            ("dot.png", written(&gradient(1, 1), ImageFormat::Png)),
        ],
        "",
    );
    build(root.path(), &[]).expect(0);
    let files = published(root.path());
    assert_eq!(files.keys().collect::<Vec<_>>(), ["a.png", "b.jpg", "c.webp", "d.jpg", "dot.png"]);
    assert_eq!(files["a.png"], png);
    assert_eq!(files["c.webp"], webp);
    let pixels = |bytes: &[u8]| image::load_from_memory(bytes).unwrap().into_rgb8();
    assert_eq!(pixels(&files["b.jpg"]), pixels(&plain));
    assert!(files["b.jpg"].len() < plain.len() && files.values().all(|bytes| !tells(bytes)));
    let sizes: Vec<_> =
        shown(root.path()).iter().map(|tag| (tag["width"].clone(), tag["height"].clone())).collect();
    assert_eq!(sizes.len(), 5);
    assert_eq!((sizes[0].0.as_str(), sizes[0].1.as_str(), sizes[4].0.as_str()), ("300", "200", "1"));
    assert!(shown(root.path()).iter().all(|tag| !tag.contains_key("srcset")));
}

#[test]
fn kept_images_are_not_made_again_and_bytes_are_equal_however_they_come_about() {
    let images = [
        ("photo.jpg", photograph(&gradient(1700, 900), 8)),
        ("图 表.png", written(&gradient(1300, 700), ImageFormat::Png)),
    ];
    let root = site(&images, "");
    build(root.path(), &["--jobs", "1"]).expect(0);
    let first = tree(&root.path().join("public"));
    let kept = || -> BTreeMap<String, SystemTime> {
        let entries = fs::read_dir(root.path().join(".keben/images")).unwrap().map(Result::unwrap);
        entries
            .map(|entry| {
                (entry.file_name().into_string().unwrap(), entry.metadata().unwrap().modified().unwrap())
            })
            .collect()
    };
    let before = kept();
    assert!(before.len() >= 3, "{before:?}");
    // Another document changes: the images are as they were kept.
    fs::write(root.path().join("content/courses/other.md"), COURSE.replace("案例研讨", "专题研讨")).unwrap();
    build(root.path(), &["--jobs", "2"]).expect(0);
    assert_eq!(kept(), before);
    fs::remove_file(root.path().join("content/courses/other.md")).unwrap();
    // From nothing, and on two threads.
    fs::remove_dir_all(root.path().join(".keben")).unwrap();
    fs::remove_dir_all(root.path().join("public")).unwrap();
    build(root.path(), &["--jobs", "2"]).expect(0);
    assert_eq!(tree(&root.path().join("public")), first);
    // An image that is not shown any more is forgotten.
    let text = format!("{COURSE}![图](photo.jpg)\n");
    fs::write(root.path().join("content").join(FOLDER).join("index.md"), text).unwrap();
    build(root.path(), &[]).expect(0);
    let left = kept();
    assert!(!left.is_empty() && left.len() < before.len(), "{left:?}");
    assert!(left.keys().all(|name| name.ends_with(".jpg") || name.contains(".jpg.")), "{left:?}");
}

#[test]
fn what_cannot_be_made_smaller_is_named_and_goes_out() {
    let large = photograph(&gradient(1000, 700), 1);
    let cut = large[..large.len() / 3].to_vec();
    let mut broken = written(&gradient(1000, 700), ImageFormat::Png);
    let middle = broken.len() / 2;
    broken[middle] ^= 0xff;
    let named = written(&gradient(20, 10), ImageFormat::Png);
    let moving =
        [&b"RIFF\x1e\0\0\0WEBPVP8X\x0a\0\0\0\x02\0\0\0\x1f\0\0\x0f\0\0"[..], b"ANIM\0\0\0\0"].concat();
    let mut inks = written(&gradient(8, 8), ImageFormat::Jpeg);
    let frame = memchr::memmem::find(&inks, b"\xff\xc0").unwrap();
    inks[frame + 9] = 4;
    let root = site(
        &[
            ("broken.png", broken.clone()),
            ("cut.jpg", cut),
            ("inks.jpg", inks),
            ("moving.webp", moving),
            ("named.jpg", named.clone()),
            ("none.webp", b"RIFF".to_vec()),
        ],
        "",
    );
    let said = build(root.path(), &[]).expect(0).stderr;
    let lines: Vec<&str> = said.lines().filter(|line| line.contains("KB-904")).collect();
    for (line, part) in
        [(10, "broken.png"), (14, "CMYK"), (16, "动图"), (18, "其实是 PNG"), (20, "读不出图片“none.webp”")]
    {
        let place = format!("content/{FOLDER}/index.md:{line}:1: W KB-904");
        assert!(
            lines.iter().any(|said| said.starts_with(&place) && said.contains(part)),
            "{place} {part}\n{said}"
        );
    }
    let files = published(root.path());
    for name in ["broken.png", "cut.jpg", "inks.jpg", "moving.webp", "named.jpg", "none.webp"] {
        assert!(files.contains_key(name), "{name}");
    }
    assert_eq!((&files["broken.png"], &files["named.jpg"]), (&broken, &named));
    assert!(!tells(&files["cut.jpg"]));
    // The findings come again when another file has changed.
    fs::write(root.path().join("content/courses/other.md"), COURSE.replace("案例研讨", "专题研讨")).unwrap();
    let again = build(root.path(), &[]).expect(0).stderr;
    assert!(again.contains("读不出图片“broken.png”"), "{again}");
}

#[test]
fn a_damaged_photograph_that_names_a_place_stops_the_build() {
    // Everything up to the frame is sound, so size and place are known; behind it segments overlap the end.
    let photo = photograph(&gradient(1000, 700), 1);
    let frame = memchr::memmem::find(&photo, b"\xff\xc0").unwrap();
    let mut damaged = photo[..frame + 19].to_vec();
    damaged.extend(b"\xff\xc4\xff\xff");
    let root = site(&[("photo.jpg", damaged)], "");
    let said = build(root.path(), &[]).expect(1).stderr;
    assert!(said.contains(":10:1: E KB-804 “photo.jpg”已损坏"), "{said}");
    assert!(!root.path().join("public").exists());
}

#[test]
fn a_file_that_readers_may_save_goes_out_as_it_is_beside_what_pages_show() {
    let photo = photograph(&gradient(1300, 700), 1);
    let root = site(&[("photo.jpg", photo.clone()), ("photo-480.jpg", photo.clone())], "[原图](photo.jpg)\n");
    let said = build(root.path(), &[]).expect(0).stderr;
    assert_eq!(said.lines().filter(|line| line.contains("KB-804")).count(), 2, "{said}");
    let files = published(root.path());
    assert_eq!(files["photo.jpg"], photo);
    let names: Vec<&str> = files.keys().map(String::as_str).collect();
    assert_eq!(
        names,
        [
            "photo-1300.jpg",
            "photo-480-2.jpg",
            "photo-480-480.jpg",
            "photo-480-960.jpg",
            "photo-480.jpg",
            "photo-960.jpg",
            "photo.jpg"
        ]
    );
    assert!(files.iter().all(|(name, bytes)| name == "photo.jpg" || !tells(bytes)));
    assert!(shown(root.path())[0]["src"].ends_with("/photo-1300.jpg"));
}

#[test]
fn sixteen_bits_transparency_and_fifty_million_pixels_are_taken() {
    let deep = DynamicImage::ImageRgba16(image::ImageBuffer::from_fn(700, 500, |x, y| {
        image::Rgba([(x * 90) as u16, (y * 130) as u16, 7, if x < 350 { 0 } else { u16::MAX }])
    }));
    // Grey, so that the test takes a moment only.
    let vast =
        DynamicImage::ImageLuma8(image::GrayImage::from_fn(8000, 6250, |x, _| image::Luma([(x >> 5) as u8])));
    let root = site(
        &[("deep.png", written(&deep, ImageFormat::Png)), ("vast.jpg", written(&vast, ImageFormat::Jpeg))],
        "",
    );
    let said = build(root.path(), &[]).expect(0).stderr;
    assert!(!said.contains("KB-904") && !said.contains("KB-902"), "{said}");
    let files = published(root.path());
    assert_eq!((size(&files["deep-480.png"]), size(&files["vast.jpg"])), ((480, 343), (1600, 1250)));
    let pixels = image::load_from_memory(&files["deep-480.png"]).unwrap().into_rgba8();
    assert_eq!((pixels.get_pixel(100, 100)[3], pixels.get_pixel(400, 100)[3]), (0, 255));
}
