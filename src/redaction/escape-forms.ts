const utf8 = (text: string): Buffer => Buffer.from(text, 'utf8')

function percentForms(text: string): string[] {
  const wellFormed = utf8(text).toString('utf8') // A lone surrogate would make `encodeURIComponent` throw.
  const component = encodeURIComponent(wellFormed)
  const strict = component.replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`)
  // As forms are sent (URL standard, application/x-www-form-urlencoded): other signs are escaped than elsewhere, and a
  // blank is a plus.
  const form = new URLSearchParams([['', wellFormed]]).toString().slice(1)
  const forms = [component, strict, strict.replaceAll('%20', '+'), form, encodeURI(wellFormed)]
  const lower = forms.map((form) => form.replace(/%[0-9A-F]{2}/g, (escape) => escape.toLowerCase()))
  return [...forms, ...lower]
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

/** What becomes of a single quote within single quotes: a shell has two ways, SQL has one. */
const withinQuotes = [`'\\''`, `'"'"'`, "''"].map((quote) => (text: string) => text.replaceAll("'", quote))

/** Quotes within quotes, as of a statement that a script hands to psql: no reading of the text takes them back. */
function quoteForms(text: string): string[] {
  const once = withinQuotes.map((write) => write(text))
  return [...once, ...once.flatMap((form) => withinQuotes.map((write) => write(form)))]
}

function shellForms(text: string): string[] {
  return [
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
    ...quoteForms(text),
    ...shellForms(text),
    ...sqlForms(text),
    text.replaceAll('$', () => '$$'),
    text.replaceAll('$', () => '$$$$'),
    hex,
    hex.toUpperCase(),
  ]
}
