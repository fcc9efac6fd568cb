/** The base64 characters that `bytes` alone decides when they stand at offset 0, 1 or 2 of a three-byte group. */
function stableAt(bytes: Buffer, alignment: 0 | 1 | 2): string {
  const encoded = Buffer.concat([Buffer.alloc(alignment), bytes]).toString('base64')
  const first = Math.ceil((alignment * 8) / 6)
  const last = Math.floor(((alignment + bytes.length) * 8) / 6)
  return encoded.slice(first, last)
}

/** The same with the end the encoding has when nothing follows: the last character's spare bits are zero. */
function endingAt(bytes: Buffer, alignment: 0 | 1 | 2): string {
  const encoded = Buffer.concat([Buffer.alloc(alignment), bytes]).toString('base64')
  return encoded.slice(Math.ceil((alignment * 8) / 6))
}

function urlSafe(text: string): string {
  return text.replaceAll('+', '-').replaceAll('/', '_')
}

/** Base64 and base64url of a text's UTF-8 bytes, wherever in a longer encoded text they stand. */
export function base64Forms(text: string): readonly string[] {
  const bytes = Buffer.from(text, 'utf8')
  const plain = ([0, 1, 2] as const).flatMap((alignment) => {
    const ending = endingAt(bytes, alignment)
    return [stableAt(bytes, alignment), ending, ending.replace(/=+$/, '')]
  })
  return [...plain, ...plain.map(urlSafe)]
}
