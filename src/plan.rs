//! Layer 7: a programme measured by the edition's indicators.
//! Knows the site; must not know findings, pages or files.
