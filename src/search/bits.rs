//! Layer 8, search: the codes of the pack, written and read: variable-length integers, Rice and gamma codes. It knows
//! no posting. Reading damaged bytes gives `None`, never a panic.

/// Appends an integer, seven bits a byte, low bits first.
pub fn put_varint(mut x: u32, out: &mut Vec<u8>) {
    while x >= 128 {
        out.push(x as u8 & 127 | 128);
        x >>= 7;
    }
    out.push(x as u8);
}

/// Reads what `put_varint` wrote and moves `at` behind it.
pub fn varint(bytes: &[u8], at: &mut usize) -> Option<u32> {
    let mut x = 0u64;
    for shift in (0..35).step_by(7) {
        let byte = *bytes.get(*at)?;
        *at += 1;
        x |= u64::from(byte & 127) << shift;
        if byte < 128 {
            return u32::try_from(x).ok();
        }
    }
    None
}

/// The Rice parameter for `count` ascending numbers below `n`: about the logarithm of the mean gap times ln 2.
pub fn rice_parameter(n: u32, count: u32) -> u32 {
    let mean = (u64::from(n) * 11 + 8 * u64::from(count)) / (16 * (u64::from(count) + 1));
    mean.max(1).ilog2()
}

/// Writes bits, highest first.
#[derive(Default)]
pub struct BitWriter {
    bytes: Vec<u8>,
    pending: u64,
    filled: u32,
}

impl BitWriter {
    /// The low `count` (at most 32) bits of `x`.
    pub fn bits(&mut self, x: u32, count: u32) {
        self.pending = self.pending << count | u64::from(x) & ((1 << count) - 1);
        self.filled += count;
        while self.filled >= 8 {
            self.filled -= 8;
            self.bytes.push((self.pending >> self.filled) as u8);
        }
    }

    fn ones(&mut self, mut count: u32) {
        while count >= 16 {
            self.bits(0xFFFF, 16);
            count -= 16;
        }
        self.bits(u32::MAX, count);
        self.bits(0, 1);
    }

    pub fn rice(&mut self, x: u32, k: u32) {
        self.ones(x >> k);
        self.bits(x, k);
    }

    pub fn gamma(&mut self, x: u32) {
        let width = (x + 1).ilog2();
        self.ones(width);
        self.bits(x + 1, width);
    }

    /// The bytes written, the last one filled up with zeros.
    pub fn finish(mut self) -> Vec<u8> {
        if self.filled > 0 {
            self.bits(0, 8 - self.filled);
        }
        self.bytes
    }
}

/// Reads bits, highest first.
pub struct BitReader<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> BitReader<'a> {
    pub fn new(bytes: &'a [u8]) -> Self {
        BitReader { bytes, at: 0 }
    }

    fn bit(&mut self) -> Option<u32> {
        let byte = *self.bytes.get(self.at / 8)?;
        let bit = byte >> (7 - self.at % 8) & 1;
        self.at += 1;
        Some(u32::from(bit))
    }

    pub fn bits(&mut self, count: u32) -> Option<u32> {
        let mut x = 0;
        for _ in 0..count {
            x = x << 1 | self.bit()?;
        }
        Some(x)
    }

    fn ones(&mut self) -> Option<u32> {
        let mut count = 0;
        while self.bit()? == 1 {
            count += 1;
        }
        Some(count)
    }

    pub fn rice(&mut self, k: u32) -> Option<u32> {
        let high = self.ones()?;
        let low = self.bits(k)?;
        high.checked_mul(1 << k)?.checked_add(low)
    }

    pub fn gamma(&mut self) -> Option<u32> {
        let width = self.ones().filter(|w| *w < 31)?;
        Some((1 << width | self.bits(width)?) - 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_and_back() {
        let numbers = [0u32, 1, 2, 5, 31, 32, 1000, 70_000, 9_999_999];
        let mut bytes = Vec::new();
        numbers.iter().for_each(|x| put_varint(*x, &mut bytes));
        let mut at = 0;
        assert!(numbers.iter().all(|x| varint(&bytes, &mut at) == Some(*x)));
        assert_eq!(varint(&bytes, &mut at), None);
        for k in [0, 3, 20] {
            let mut writer = BitWriter::default();
            numbers[..7].iter().for_each(|x| {
                writer.rice(*x, k);
                writer.gamma(*x);
            });
            let bytes = writer.finish();
            let mut reader = BitReader::new(&bytes);
            for x in &numbers[..7] {
                assert_eq!((reader.rice(k), reader.gamma()), (Some(*x), Some(*x)));
            }
        }
    }
}
