import type { ReasonCode } from './reasons.js'
import { isSourceText } from './source-text.js'

/** Words that show that what stands between brackets is an instruction to a reader. */
const instruction =
  '(?:your|secret|key|token|passw|insert|replace|random|change|here|jwt|value|generate|enter|fill|string|example|name|todo)'

/**
 * Expressions that a shell, a template or a vault should have replaced. Those that may stand anywhere need a name of
 * one
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
