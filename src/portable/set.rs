//! Layer 0: names that can all exist in one folder tree, on every system.

use super::PortableName;
use rustc_hash::FxHashMap;
use unicode_normalization::UnicodeNormalization;

/// Names of which no two are, or need, the same thing where letter case and composition do not count.
#[derive(Debug, Default)]
pub struct PortableSet {
    /// By folded name.
    files: FxHashMap<String, PortableName>,
    /// By folded folder: the folder as it was written, with the first file that needs it.
    folders: FxHashMap<String, (String, PortableName)>,
}

/// Two names that cannot both exist.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clash {
    pub first: PortableName,
    pub second: PortableName,
    pub difference: Difference,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Difference {
    None,
    /// Letter case, in the name itself or in a folder of it.
    Case,
    /// One is a file, the other needs a folder of its name.
    FileAndFolder,
}

impl PortableSet {
    /// Adds a name, or says with which other one it clashes; it is not added then.
    pub fn insert(&mut self, name: PortableName) -> Result<(), Clash> {
        let whole = fold(name.as_str());
        let clash = |first: &PortableName, difference| {
            Err(Clash { first: first.clone(), second: name.clone(), difference })
        };
        if let Some(other) = self.files.get(&whole) {
            return clash(other, if *other == name { Difference::None } else { Difference::Case });
        }
        if let Some((_, inside)) = self.folders.get(&whole) {
            return clash(inside, Difference::FileAndFolder);
        }
        let mut missing = Vec::new();
        for folder in folders(name.as_str()) {
            let folded = fold(folder);
            if let Some(file) = self.files.get(&folded) {
                return clash(file, Difference::FileAndFolder);
            }
            match self.folders.get(&folded) {
                // On a system without case the two folders would be one: a copy from there has lost the other.
                Some((written, other)) if written != folder => return clash(other, Difference::Case),
                Some(_) => {}
                None => missing.push((folded, folder.to_owned())),
            }
        }
        for (folded, folder) in missing {
            self.folders.insert(folded, (folder, name.clone()));
        }
        self.files.insert(whole, name);
        Ok(())
    }

    pub fn len(&self) -> usize {
        self.files.len()
    }

    pub fn is_empty(&self) -> bool {
        self.files.is_empty()
    }
}

/// `a/b/c` lies in `a` and in `a/b`.
fn folders(name: &str) -> impl Iterator<Item = &str> {
    name.match_indices('/').map(|(slash, _)| &name[..slash])
}

/// What stays of a name where case and composition do not count. Upper case first: `ß`, `ſ` and `ς` have no other way
/// to meet `ss`, `s` and `σ`, as they do on some systems.
fn fold(name: &str) -> String {
    if name.is_ascii() {
        return name.to_ascii_lowercase();
    }
    name.nfd().flat_map(char::to_uppercase).flat_map(char::to_lowercase).nfc().collect()
}
