/** The fields of an INFO reply: `name:value` lines under `# Section` headings. */
export function parseRedisInfo(text: string): ReadonlyMap<string, string> {
  const fields = new Map<string, string>()
  for (const line of text.split('\r\n')) {
    const colon = line.indexOf(':')
    if (colon > 0 && !line.startsWith('#')) fields.set(line.slice(0, colon), line.slice(colon + 1))
  }
  return fields
}

/** A whole number of an INFO reply; 0 when the field is missing or none. */
export function infoNumber(info: ReadonlyMap<string, string>, name: string): number {
  const text = info.get(name) ?? ''
  return /^\d{1,15}$/.test(text) ? Number(text) : 0
}
