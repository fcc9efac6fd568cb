const WORDS = `
  access active admin administrator agent allow allowed alpha anonymous application archive async auth auto automatic
  available backend backup basic bearer beta block blocked bool boolean broker broken cache change changed channel
  check client closed cluster code command common config configuration configured connect connected connection
  console container content context core create created credential credentials critical data database debug default
  degraded delete deny development device dict disable disabled disconnected docker document domain down email empty
  enable enabled endpoint enforce engine enterprise environment error event events example exchange expired external
  failed failure false fatal file filter final forbidden format frontend full function gateway general generic global
  granted group guest handler header headers health healthy hello high history home host hostname http https image
  index info information input inside install instance integer internal invalid item json kernel latest leader level
  library license limit list listen listener local localhost lock locked logger login machine main manage manager
  manual master maximum member memory message messages metadata metric metrics middle minimum missing mode model
  module monitor name namespace network node none normal not-set null number object offline online open operator option
  optional order origin output owner package page parent partial passed passwd password path payload pending permission
  permit platform policy pool port postgres postgresql primary private process processor prod production profile
  project protobuf protocol provider proxy public publish publisher python query queue random read reader ready
  record redis region registry release remote replica request required reset resource response restart result retry
  role room root route router running sample schema scope script secret secure security select sender server service
  session setting settings shared signal single snapshot socket source stage staging standard start started state
  static status stop stopped storage store stream streams strict string subject subscribe subscriber success system
  table tag target task telemetry template tenant test testing text this time timeout timestamp title token topic
  trace track traffic transport true trusted type undefined unhealthy unknown unset update updated upgrade upstream
  user username users valid valkey value variable vault verbose version view virtual volume waiting warn warning
  watch webhook websocket window worker workspace write writer`

const COMMON_WORDS: ReadonlySet<string> = new Set(WORDS.trim().split(/\s+/))

/** Phrases of ten characters and more that secrets share with ordinary text; a window inside one is not a secret's. */
const PHRASES: readonly string[] = [
  ...[...COMMON_WORDS].filter((word) => word.length >= 10),
  ...['', 'RSA ', 'EC ', 'DSA ', 'OPENSSH ', 'ENCRYPTED '].flatMap((kind) => [
    `-----BEGIN ${kind}PRIVATE KEY-----`,
    `-----END ${kind}PRIVATE KEY-----`,
  ]),
  '-----BEGIN CERTIFICATE-----',
  '-----END CERTIFICATE-----',
  '-----BEGIN PUBLIC KEY-----',
  '-----END PUBLIC KEY-----',
  'http://localhost:',
  'https://localhost:',
  'https://www.',
  'http://127.0.0.1:',
  'https://127.0.0.1:',
  '/usr/local/bin',
  '/usr/local/lib',
  '/usr/local/sbin',
  'application/json',
]

/** Whether a value is a word that is in ordinary text, so that masking it everywhere would mask the report. */
export function isCommonWord(value: string): boolean {
  return COMMON_WORDS.has(value.trim().toLowerCase())
}

/** How many different UTF-16 units a text has; 3 stands for more. */
function distinctUnits(text: string): number {
  const first = text.charCodeAt(0)
  let second = -1
  for (let i = 1; i < text.length; i++) {
    const unit = text.charCodeAt(i)
    if (unit === first || unit === second) continue
    if (second >= 0) return 3
    second = unit
  }
  return second >= 0 ? 2 : 1
}

/**
 * A test for windows that say nothing about a secret: blanks, one character repeated, rules of two signs
 * (`=-=-=-=-=-`), and stretches of the phrases above or of the caller's public texts.
 */
export function publicWindows(publicText: readonly string[], length: number): (window: string) => boolean {
  const known = new Set<string>()
  for (const phrase of [...PHRASES, ...publicText]) {
    for (let at = 0; at + length <= phrase.length; at++) known.add(phrase.slice(at, at + length))
  }
  return (window) => {
    const distinct = distinctUnits(window)
    if (distinct === 1 || window.trim() === '') return true
    if (distinct === 2 && !/[\p{L}\p{N}]/u.test(window)) return true
    return known.has(window)
  }
}
