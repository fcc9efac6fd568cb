/** Response headers that say what answered and how; all others may carry sessions, tokens or the names of users. */
const shown = [
  'age',
  'allow',
  'cache-control',
  'connection',
  'content-encoding',
  'content-length',
  'content-type',
  'date',
  'last-modified',
  'retry-after',
  'server',
  'transfer-encoding',
  'via',
  'www-authenticate',
  'x-powered-by',
] as const

/** Of a response's headers those that are kept, in small letters; of the others only how many there are. */
export function selectedHeaders(
  headers: Readonly<Record<string, string | string[] | undefined>>,
): Readonly<Record<string, string>> {
  const kept = shown.flatMap((name) => {
    const value = Object.hasOwn(headers, name) ? headers[name] : undefined
    return value === undefined ? [] : [[name, [value].flat().join(', ')] as const]
  })
  const others = Object.keys(headers).length - kept.length
  return Object.fromEntries([...kept, ...(others === 0 ? [] : [['(others, not kept)', String(others)] as const])])
}
