import { countBits, kindBits, type SpanModel } from './model.js'

/** Strings that are in textbooks, standards and on every keyboard; a secret is often a part of one of them. */
const famous: readonly string[] = [
  // Mathematics: π, e, √2, √3, φ, ln 2, γ; the primes, Fibonacci's numbers, squares, powers of two, counting.
  '3.14159265358979323846264338327950288419716939937510582097494459230781640628620899862803482534211706798214808651',
  '2.71828182845904523536028747135266249775724709369995957496696762772407663035354759457138217852516642742746639193',
  '1.41421356237309504880168872420969807856967187537694807317667973799073247846210703885038753432764157',
  '1.73205080756887729352744634150587236694280525381038062805580697945193301690880003708114618675724857',
  '1.61803398874989484820458683436563811772030917980576286213544862270526046281890244970720720418939113',
  '0.69314718055994530941723212145817656807550013436025525412068000949339362196969471560586332699641868',
  '0.57721566490153286060651209008240243104215933593992359880576723488486772677766467093694706329174674',
  '14159265358979323846264338327950288419716939937510',
  '23571113171923293137414347535961677173798389971011031071091131271311371391491511571631671731791811911931971992112232272292332392412512572632692712772812832933073113',
  '2,3,5,7,11,13,17,19,23,29,31,37,41,43,47,53,59,61,67,71,73,79,83,89,97',
  '0112358132134558914423337761098715972584418167651094617711286574636875025121393196418317811514229832040',
  '1,1,2,3,5,8,13,21,34,55,89,144,233,377,610,987,1597,2584,4181,6765',
  '149162536496481100121144169196225256289324361400441484529576625676729784841900961',
  '1248163264128256512102420484096819216384327686553613107226214452428810485762097152',
  '123456789101112131415161718192021222324252627282930313233343536373839404142434445464748495051525354555657585960',
  '1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30 31 32',
  '0001020304050607080910111213141516171819202122232425262728293031323334353637383940',
  // Alphabets.
  'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/',
  '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz',
  'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_',
  '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz',
  '!"#$%&\'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefghijklmnopqrstuvwxyz{|}~',
  'zyxwvutsrqponmlkjihgfedcba9876543210',
  // Keyboards: columns, rows, the frequencies of English letters.
  '1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik,9ol.0p;/',
  '!QAZ@WSX#EDC$RFV%TGB^YHN&UJM*IK<(OL>)P:?',
  'zaq1xsw2cde3vfr4bgt5nhy6mju7,ki8.lo9/;p0',
  "`1234567890-=qwertyuiop[]\\asdfghjkl;'zxcvbnm,./",
  '~!@#$%^&*()_+QWERTYUIOP{}|ASDFGHJKL:"ZXCVBNM<>?',
  'qazwsxedcrfvtgbyhnujmikolp',
  'qweasdzxcrtyfghvbnuiojklm',
  '1q2w3e4r5t6y7u8i9o0p-[=]',
  'q1w2e3r4t5y6u7i8o9p0',
  'azsxdcfvgbhnjmk,l.;/',
  'azertyuiopqsdfghjklmwxcvbn',
  'qwertzuiopasdfghjklyxcvbnm',
  'etaoinshrdlcumwfgypbvkjxqz',
  // Standards' vectors: SHA and MD5 initial values, SHA-256 round constants, Blowfish, TEA, AES and HMAC example keys,
  // empty digests.
  '67452301efcdab8998badcfe10325476c3d2e1f0',
  '0123456789abcdeffedcba9876543210f0e1d2c3',
  '6a09e667bb67ae853c6ef372a54ff53a510e527f9b05688c1f83d9ab5be0cd19',
  '6a09e667f3bcc908bb67ae8584caa73b3c6ef372fe94f82ba54ff53a5f1d36f1',
  '428a2f9871374491b5c0fbcfe9b5dba53956c25b59f111f1923f82a4ab1c5ed5d807aa9812835b01243185be550c7dc3',
  '243f6a8885a308d313198a2e03707344a4093822299f31d0082efa98ec4e6c89452821e638d01377',
  '9e3779b97f4a7c15f39cc0605cedc834',
  '2b7e151628aed2a6abf7158809cf4f3c',
  '603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4',
  '8e73b0f7da0e6452c810f32b809079e562f8ead2522c6b7b',
  '6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e51',
  '000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f202122232425262728292a2b2c2d2e2f303132333435363738393a3b3c3d3e3f',
  '00112233445566778899aabbccddeeff',
  'ffeeddccbbaa99887766554433221100',
  '0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b',
  'd41d8cd98f00b204e9800998ecf8427e',
  'da39a3ee5e6b4b0d3255bfef95601890afd80709',
  'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  'deadbeefcafebabefeedfacebaadf00ddeadc0dec0ffee00badc0ffee0ddf00dcafed00ddefec8ed8badf00d1badb002b16b00b5abadcafe',
]

const shortest = 6
const library = famous.flatMap((text) => (text === text.toLowerCase() ? [text] : [text, text.toLowerCase()]))
const bitsOfPlace = Math.log2(library.reduce((sum, text) => sum + text.length, 0))

/**
 * The places of every six characters of the library, so that a random text is dismissed with one look-up per position.
 */
const places = new Map<string, { text: string; at: number }[]>()
for (const text of library) {
  for (let at = 0; at + shortest <= text.length; at++) {
    const key = text.slice(at, at + shortest)
    places.set(key, [...(places.get(key) ?? []), { text, at }])
  }
}

/** Whether some place begins with these two characters: dismisses most positions of a random text without a look-up. */
const begins = new Uint8Array(128 * 128)
for (const key of places.keys()) begins[key.charCodeAt(0) * 128 + key.charCodeAt(1)] = 1

function mayBegin(reading: string, start: number): boolean {
  const one = reading.charCodeAt(start)
  const two = reading.charCodeAt(start + 1)
  return one < 128 && two < 128 && begins[one * 128 + two] === 1
}

/**
 * Famous constants: digits of π and its kind, alphabets, keyboards, test vectors.
 *
 * Price: 8 bits, that is, which of about 60 strings and where it begins (nearly always at its beginning).
 */
export const constants: SpanModel = {
  *spans(view) {
    if (view.binary) return
    const readings = view.folded === view.text ? [view.text] : [view.text, view.folded]
    for (const reading of readings) {
      for (let start = 0; start + shortest <= view.length; start++) {
        if (!mayBegin(reading, start)) continue
        const found = places.get(reading.slice(start, start + shortest))
        if (found === undefined) continue
        const length = Math.max(...found.map(({ text, at }) => commonPrefix(reading, start, text, at)))
        const caseBits = reading === view.text ? 1 : 1 + length
        const code = kindBits.constant + bitsOfPlace + countBits(length) + caseBits
        yield { start, end: start + length, code, price: 8, family: 'constant' }
      }
    }
  },
}

function commonPrefix(left: string, leftStart: number, right: string, rightStart: number): number {
  let length = 0
  while (
    leftStart + length < left.length &&
    rightStart + length < right.length &&
    left.charCodeAt(leftStart + length) === right.charCodeAt(rightStart + length)
  ) {
    length++
  }
  return length
}
