const utf8 = (text: string): Buffer => Buffer.from(text, 'utf8')

function percentAll(text: string): string {
  return [...utf8(text)].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('')
}

function percentForms(text: string): string[] {
  const wellFormed = utf8(text).toString('utf8') // A lone surrogate would make `encodeURIComponent` throw.
  const component = encodeURIComponent(wellFormed)
  const strict = component.replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`)
  const forms = [component, strict, strict.replaceAll('%20', '+'), encodeURI(wellFormed)]
  const lower = forms.map((form) => form.replace(/%[0-9A-F]{2}/g, (escape) => escape.toLowerCase()))
  const all = percentAll(text)
  return [...forms, ...lower, all, all.toUpperCase()]
}

function jsonBody(text: string): string {
  return JSON.stringify(text).slice(1, -1)
}

function jsonForms(text: string): string[] {
  const once = jsonBody(text)
  const slashed = once.replaceAll('/', '\\/')
  const angled = once.replace(/[<>&]/g, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`)
  return [once, jsonBody(once), jsonBody(jsonBody(once)), slashed, jsonBody(slashed), angled]
}

function htmlForms(text: string): string[] {
  const base = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
  const doubled = base.replaceAll('"', '&quot;')
  return [
    base,
    doubled,
    base.replaceAll('"', '&#34;').replaceAll("'", '&#39;'),
    doubled.replaceAll("'", '&#39;'),
    doubled.replaceAll("'", '&#x27;'),
    doubled.replaceAll("'", '&apos;'),
    doubled.replaceAll("'", '&#x27;').replaceAll('/', '&#x2F;').replaceAll('`', '&#x60;').replaceAll('=', '&#x3D;'),
  ]
}

function shellForms(text: string): string[] {
  return [
    text.replaceAll("'", `'\\''`),
    text.replaceAll("'", `'"'"'`),
    text.replace(/["$`\\!]/g, '\\$&'),
    text.replace(/["$`\\]/g, '\\$&'),
    text.replace(/[^\p{L}\p{N}_@%+=:,./-]/gu, '\\$&'),
    text.replace(/[^\p{L}\p{N}_@%+:./-]/gu, '\\$&'),
  ]
}

function sqlForms(text: string): string[] {
  const quoted = text.replaceAll("'", "''")
  return [quoted, quoted.replaceAll('\\', '\\\\'), text.replaceAll('"', '""'), text.replace(/[\\']/g, '\\$&')]
}

/** A text as escaping and quoting rules write it: percent, JSON, HTML, shell, SQL, compose files, hex. */
export function escapeForms(text: string): readonly string[] {
  const hex = utf8(text).toString('hex')
  return [
    ...percentForms(text),
    ...jsonForms(text),
    ...htmlForms(text),
    ...shellForms(text),
    ...sqlForms(text),
    text.replaceAll('$', '$$$$'),
    hex,
    hex.toUpperCase(),
  ]
}
