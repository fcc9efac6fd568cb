import type { ReasonCode } from './reasons.js'
import { canonical, canonicalForms } from './hygiene.js'

/** Words that show that what is between brackets is an instruction to a reader. */
const instruction =
  '(?:your|secret|key|token|passw|insert|replace|random|change|here|jwt|value|generate|enter|fill|string|example|name|todo)'

/**
 * Expressions that a shell, a template or a vault should have replaced. Those that may be anywhere need a name of one
 * case and of four letters or more between their brackets: 32 random printable characters hold `${` once in 300 keys.
 */
const references: readonly RegExp[] = [
  /^\$\{[^{}]{1,200}\}$/u,
  /\$\{(?:[A-Z_][A-Z0-9_]{3,63}|[a-z_][a-z0-9_.]{4,63})(?:[:?-][^}]{0,200})?\}/u,
  /^\$\$?[A-Za-z_][A-Za-z0-9_.]{2,63}$/u,
  /\$(?=[A-Z0-9_]{0,63}_)[A-Z_]{10,64}/u,
  /^\$\(.{1,400}\)$/u,
  /\$\((?:openssl|head|cat|echo|uuidgen|pwgen|date|base64|tr|dd|python3?|node|aws|gcloud|vault|op|pass|kubectl)\b/u,
  /\$\{\{.{1,200}\}\}/u,
  /^`[a-z]{2,20} .{1,200}`$/u,
  /\{\{[-\s]{0,3}[.$]?[A-Za-z_][A-Za-z0-9_.\s|()"'-]{1,200}\}\}/u,
  /\{%-? .{1,200}%\}|<%[=-]? .{1,200}%>|#\{[a-z_.@]{5,63}\}/u,
  /^<[A-Za-z0-9 _.:'/-]{1,200}>$/u,
  new RegExp(`[<[][A-Za-z0-9 _.-]{0,80}${instruction}[A-Za-z0-9 _.-]{0,80}[>\\]]`, 'iu'),
  /^%[A-Za-z_][A-Za-z0-9_]{1,63}%$/u,
  /%[A-Z_][A-Z0-9_]{6,63}%/u,
  /^__[A-Za-z0-9_]{1,64}__$|__[A-Z][A-Z_]{3,64}__/u,
  /^@@?[A-Z_][A-Z0-9_]{3,63}@@?$/u,
  /\b(?:process\.env|os\.environ|os\.getenv|import\.meta\.env|system\.getenv|deno\.env|getenv\(|env::var)/iu,
  /^env[.:(][A-Za-z_('"]/u,
  /^(?:op|vault|awssm|awsps|gcpsm|azkv|secretsmanager|ssm|bws|akeyless|doppler|infisical|keyring|sops|chamber|berglas|sm):\/\//iu,
  /^(?:vault|ssm|secretsmanager|keyvault|awskms|kms|env|secretref|secretkeyref|ref\+[a-z]{2,20}):\S/iu,
  /^arn:aws[a-z-]{0,10}:/u,
  /^projects\/[^/]{1,80}\/secrets\//u,
  /^secret\/(?:data\/)?[a-z0-9/_-]{2,120}(?:#[a-z0-9_]{1,60})?$/iu,
  /valueFrom|secretKeyRef|configMapKeyRef|externalSecret/u,
  /@Microsoft\.KeyVault\(|https:\/\/[a-z0-9-]{3,24}\.vault\.azure\.net/iu,
  /^ENC\[|^ENC\(|^AQICAH|^!(?:Ref|Sub|GetAtt|vault|secret)\b|^\$ANSIBLE_VAULT;|^\{\{resolve:|^\{cipher\}|^vault:v\d/u,
  /^(?:data|var|local|module|secrets|vars|github|steps|values)\.[a-z_][a-z0-9_.]{2,120}$/iu,
]

/** What programs print instead of a value, alone or repeated; a word of them inside a random key proves nothing. */
const missing =
  /^(?:(?:undefined|null|none|nil|nan|true|false|void|n\/a|\(null\)|\(nil\)|\(none\)|<nil>|<null>|<none>|<empty>|<unset>|not set|unset|empty|\[object [a-z]{1,20}\]|system\.byte\[\]|system\.string|<redacted>|\[redacted\]|redacted|\[filtered\]|\[masked\])[\s,;_-]{0,2}){1,40}$/iu

const masked = /^(?:\*{3,}|\.{3,}|\u2022{3,}|\u2026+|b'.{0,200}'|b".{0,200}"|[xX]{8,})$/u

const missingInside = /undefined|\[object [A-Za-z]{1,20}\]/u

/**
 * A root that exists on every machine, a home or a folder of this or the parent folder; or the ending of a key file.
 */
const pathRoot =
  /^(?:file:)?(?:~\/|\.{1,2}\/|\/(?:run|etc|var|home|opt|mnt|tmp|usr|root|app|srv|secrets?|vault|data|workspace|config|certs?|keys?|dev)\/|[A-Za-z]:[\\/])[A-Za-z0-9._/\\ -]{1,400}$/u

const pathEnding =
  /^[A-Za-z0-9._/\\ -]{0,300}[/\\][A-Za-z0-9._-]{1,100}\.(?:pem|key|crt|cer|txt|env|json|ya?ml|secret|der|p12|pfx|jwk|conf|ini|toml)$/u

/** A value that says where the secret is, instead of being it. */
export function referenceReason(text: string): ReasonCode | undefined {
  const bounded = text.slice(0, 2048)
  if (missing.test(bounded) || masked.test(bounded) || missingInside.test(bounded)) return 'missing-value'
  if (references.some((pattern) => pattern.test(bounded)) || isSourceText(bounded)) return 'unresolved-reference'
  return pathRoot.test(bounded) || pathEnding.test(bounded) ? 'file-path' : undefined
}

/** Functions of many languages that make or write random bytes. */
const generators = [
  'random_?[Bb]ytes|randomUUID|getRandomValues|token_(?:hex|urlsafe|bytes)|urandom|uuid_?v?4|gen_random_(?:bytes|uuid)|strong_rand_bytes',
  'toString|[Ee]ncodeToString|ToBase64String|b64encode|base64_encode|bin2hex|get_random_secret_key|generate_?(?:[Ss]ecret|[Kk]ey)',
  'secretKeyFor|SecureRandom|NewGuid|GetBytes|thread_rng|sample_string|rand(?:Alpha|AlphaNum|Ascii|Numeric)|random_(?:password|string|id)|lookup',
].join('|')

const filters =
  'base64|base32|b64enc|basenc|head|tail|tr|cut|fold|rev|tee|xargs|awk|sed|jq|yq|xxd|od|hexdump|openssl|(?:md5|sha\\d{0,3}|b2)sum|shasum|ForEach-Object|Base\\.encode\\d\\d'

const programs =
  'openssl|uuidgen|pwgen|apg|gpg2?|head|dd|cat|tr|xxd|od|date|echo|printf|docker|podman|kubectl|oc|vault|aws|gcloud|az|op|bw|pass|sops|php|ruby|perl|python[\\d.]{0,5}|node|deno|bun|bundle|rails|rake|mix|go|cargo|npx|java|pwsh'

/**
 * Text of a program or a shell, with something that a random key cannot hold by chance: a name of five letters and more
 * with its bracket, two names with a sign and a bracket (four small letters each: one key in four million), blanks
 * around a pipe. Words alone prove nothing: `head`, `date` and `pass` are words of a diceware list as well.
 */
const sources: readonly RegExp[] = [
  new RegExp(`\\b(?:${generators})\\(`, 'u'),
  /[A-Za-z][a-z]{3,64}(?:\.|::|->)[A-Za-z]?[a-z_]{4,64}[A-Za-z0-9_]{0,64}\(/u,
  /\)\.[a-z][a-z_]{3,64}[A-Za-z0-9_]{0,64}\(/u,
  /\]::[A-Z][A-Za-z]{3,64}\(/u,
  /\b(?:crypto|secrets|os|random|uuid|base64|Buffer|SecureRandom|rand|Str)(?:\.|::)[A-Za-z_]{3,32}\(/u,
  /\brandom_(?:password|string|bytes|uuid|id)\.[a-z_]{3,64}\./u,
  new RegExp(` ?\\| (?:${filters})\\b`, 'u'),
  /\/dev\/u?random\b/u,
  new RegExp(
    `^(?:export |set )?(?:[A-Za-z_]{3,64}=)?["'\`$(]{0,4}(?:sudo )?(?:${programs}) (?:[^ ]{1,200} ){0,20}--?[A-Za-z]`,
    'u',
  ),
  /\bopenssl rand |\b(?:python[\d.]{0,5}|node|deno|bun|ruby|perl|php|pwsh|bash|zsh|sh) -[cepr] |\brequire\(['"]/u,
  /\b(?:import|from) [a-z_]{2,32}(?:;| import )/u,
]

/** Whether a value is what makes a secret, pasted in the place of one. */
function isSourceText(text: string): boolean {
  return sources.some((pattern) => pattern.test(text))
}

/** What a secret looks like inside a file. */
interface SearchForm {
  readonly encoding: 'literal' | 'json' | 'percent' | 'base64' | 'base64url' | 'hex'
  readonly bytes: Buffer
}

/** Shorter forms are in every repository by chance. */
const shortest = 8

/**
 * The byte strings to look for in tracked files: the value itself, as JSON and percent encoding write it, in both cases
 * of hexadecimal, and in base64 and base64url. Base64 is given three times, once for each position that the secret may
 * have in a longer encoded text (a whole `.env` file, say, or the value with a newline), and each form leaves out the
 * characters that depend on its neighbours. Empty for values of fewer than 8 bytes.
 */
export function searchForms(secret: string): readonly SearchForm[] {
  const forms: SearchForm[] = []
  const seen = new Set<string>()
  const add = (encoding: SearchForm['encoding'], text: string) => {
    const bytes = Buffer.from(text, 'utf8')
    if (bytes.length < shortest || seen.has(text)) return
    seen.add(text)
    forms.push({ encoding, bytes })
  }
  const value = secret.trim().replace(/\p{Surrogate}/gu, '\ufffd')
  if (Buffer.byteLength(value) < shortest) return []
  add('literal', value)
  add('json', JSON.stringify(value).slice(1, -1))
  add('percent', encodeURIComponent(value))
  const hex = Buffer.from(value).toString('hex')
  add('hex', hex)
  add('hex', hex.toUpperCase())
  for (const before of [0, 1, 2]) {
    const text = alignedBase64(value, before)
    add('base64', text)
    add('base64url', text.replaceAll('+', '-').replaceAll('/', '_'))
  }
  return forms
}

/** Base64 of the value after so many bytes, without the characters that hold bits of anything else. */
function alignedBase64(value: string, before: number): string {
  const bytes = Buffer.concat([Buffer.alloc(before), Buffer.from(value)])
  const firstWhole = Math.ceil((before * 8) / 6)
  const lastWhole = Math.floor((bytes.length * 8) / 6)
  return bytes.toString('base64').slice(firstWhole, lastWhole)
}

interface KnownSecretMatcher {
  /** Whether a line of a list is this secret. Costs one look-up, however long the list. */
  matches(line: string): boolean
}

/**
 * Compares a secret with the lines of an operator's file of known secrets, one secret per line. The readings of the
 * secret are worked out once (its hexadecimal and base64 forms among them), so a line is only brought into canonical
 * form. A line of blanks matches nothing.
 */
export function knownSecretMatcher(secret: string): KnownSecretMatcher {
  const forms = canonicalForms(secret)
  return {
    matches(line) {
      const text = line.replace(/^\ufeff/u, '').trim()
      return text !== '' && (text === secret.trim() || forms.has(canonical(text)))
    },
  }
}
