/**
 * Letters that Unicode does not decompose, and Cyrillic by its nearest Latin letter: good enough to recognise words by.
 */
const single: Readonly<Record<string, string>> = {
  ł: 'l',
  ø: 'o',
  đ: 'd',
  ð: 'd',
  þ: 't',
  ß: 's',
  æ: 'a',
  œ: 'o',
  ı: 'i',
  а: 'a',
  б: 'b',
  в: 'v',
  г: 'g',
  д: 'd',
  е: 'e',
  ё: 'e',
  ж: 'z',
  з: 'z',
  и: 'i',
  й: 'j',
  к: 'k',
  л: 'l',
  м: 'm',
  н: 'n',
  о: 'o',
  п: 'p',
  р: 'r',
  с: 's',
  т: 't',
  у: 'u',
  ф: 'f',
  х: 'h',
  ц: 'c',
  ч: 'c',
  ш: 's',
  щ: 's',
  ъ: 'j',
  ы: 'y',
  ь: 'j',
  э: 'e',
  ю: 'u',
  я: 'a',
  і: 'i',
  ї: 'i',
  є: 'e',
  ґ: 'g',
}

/** What people put for a letter. The second table differs where one sign stands for two letters. */
const leetFirst: Readonly<Record<string, string>> = {
  '0': 'o',
  '1': 'i',
  '3': 'e',
  '4': 'a',
  '5': 's',
  '7': 't',
  '8': 'b',
  '9': 'g',
  '@': 'a',
  $: 's',
  '!': 'i',
  '+': 't',
  '|': 'l',
  '(': 'c',
}
const leetSecond: Readonly<Record<string, string>> = {
  ...leetFirst,
  '1': 'l',
  '!': 'l',
  '2': 'z',
  '6': 'g',
  '9': 'p',
  '8': 'b',
  '7': 'l',
}

const cache = new Map<number, string>()

/** One UTF-16 unit in lower case, without its accent, in Latin letters where it has one; always one unit long. */
export function foldUnit(code: number): string {
  if (code < 0x80) return code >= 65 && code <= 90 ? String.fromCharCode(code + 32) : String.fromCharCode(code)
  let folded = cache.get(code)
  if (folded === undefined) {
    const lower = String.fromCharCode(code).toLowerCase()
    folded = single[lower] ?? lower.normalize('NFKD').charAt(0).toLowerCase()
    folded = single[folded] ?? (folded === '' ? lower.charAt(0) : folded)
    if (cache.size < 4096) cache.set(code, folded)
  }
  return folded
}

export function fold(text: string): string {
  let folded = ''
  for (let i = 0; i < text.length; i++) folded += foldUnit(text.charCodeAt(i))
  return folded
}

/**
 * Two readings of a folded text with letters for the signs that stand for them (`p4ssw0rd`); same length as the input.
 */
export function readLeet(folded: string): readonly [string, string] {
  let first = ''
  let second = ''
  for (const sign of folded.split('')) {
    first += leetFirst[sign] ?? sign
    second += leetSecond[sign] ?? sign
  }
  return [first, second]
}
