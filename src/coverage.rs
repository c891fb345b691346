//! Layer 7: what the curriculum covers and where its gaps are.
//! Knows the site; must not know findings, pages or files.
