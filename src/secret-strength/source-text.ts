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
 * Text of a program or a shell, in which something stands that a random key cannot hold by chance: a name of five
 * letters and
 * more with its bracket, two names with a sign and a bracket (four small letters each: one key in four million), blanks
 * around a pipe. Words
 * alone prove nothing: `head`, `date` and `pass` are words of a diceware list as well.
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
export function isSourceText(text: string): boolean {
  return sources.some((pattern) => pattern.test(text))
}
