function wordSet(words: string): ReadonlySet<string> {
  return new Set(words.trim().split(/\s+/))
}

/** What stands in a credential's place when there is none, and what is said of one. */
const STATES = wordSet(`
  true false yes no on off ok null none nil undefined unset set empty missing present required optional
  invalid expired valid malformed revoked rejected accepted refused denied failed failure error mismatch
  unknown unexpected disabled enabled default string str number bool boolean bytes integer int object any pass
  warn fail blocked timeout strong weak redacted hidden masked`)

/** Words that begin a sentence about a credential. */
const PROSE = wordSet(`
  a about after an and are as ask at authentication be before but by called can cannot could did does error
  expected failed failure for found from generated had has have if in into is it its key may must need needs
  not of option or policy received require requires rotation rotated should signature that the this to token
  used uses using value verification verified was were when which will with without you your`)

/** References to a value, and what masks one. */
const REFERENCE = new RegExp(
  [
    '<[^<>]{0,128}>',
    '\\$\\{[^{}]{0,128}\\}',
    '\\$\\([^()]{0,128}\\)',
    '\\$[A-Z_][A-Z0-9_]{0,64}',
    '\\{\\{[^{}]{0,128}\\}\\}',
    '%[A-Z_][A-Z0-9_]{0,64}%',
    '[*•]{1,128}',
    '[-–—]',
    '\\.{2,3}',
    '\\((?:redacted|none|hidden)\\)',
    '(?:\\.{1,2}|~)?(?:/[\\w.-]{1,64}){1,8}\\.(?:creds|nk|jwt|json|pem|key|crt|txt|env|ya?ml|conf|toml)',
    '\\[redacted\\]',
  ]
    .map((form) => `^${form}$`)
    .join('|'),
)

/** Whether what stands where a credential would stand says that there is none, or only refers to one. */
export function isPlainValue(value: string): boolean {
  if (value.length > 140) return false
  return value === '' || STATES.has(value.toLowerCase().replace(/[.!?]$/, '')) || REFERENCE.test(value)
}

/** Whether a word begins a sentence about a credential rather than being one. */
export function isProseWord(word: string): boolean {
  return word.length < 32 && PROSE.has(word.toLowerCase().replace(/[,.;:!?]$/, ''))
}
