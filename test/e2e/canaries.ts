/**
 * The secrets of an environment and of inputs, in the forms in which they most likely leak. Written without the
 * redactor it tests.
 */
export function canariesOf(
  environment: Readonly<Record<string, string>>,
  inputs: Readonly<Record<string, string>>,
): readonly { name: string; form: string }[] {
  return [...Object.entries(environment), ...Object.entries(inputs)].flatMap(([name, value]) =>
    secretsIn(name, value).flatMap((secret) => formsOf(secret).map((form) => ({ name, form }))),
  )
}

function secretsIn(name: string, value: string): readonly string[] {
  const password = /^[a-z+]+:\/\/[^@/]*?:([^/]*)@/.exec(value)?.[1]
  const secrets =
    password === undefined ? (/SECRET|PASSWORD|TOKEN/.test(name) ? [value] : []) : [password, safeDecode(password)]
  // A shorter one is part of ordinary words as well; the product warns of those by name instead.
  return [...new Set(secrets)].filter((secret) => secret.trim().length >= 12)
}

function safeDecode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

function formsOf(secret: string): readonly string[] {
  const bytes = Buffer.from(secret, 'utf8')
  return [
    secret,
    secret.slice(0, 12),
    secret.slice(-12),
    bytes.toString('base64').slice(0, 12),
    bytes.toString('hex').slice(0, 24),
    encodeURIComponent(secret).slice(0, 12),
  ].filter((form) => form.trim().length >= 10)
}
