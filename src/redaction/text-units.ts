/** A text and its UTF-16 units as numbers: a loop over those is several times faster than one over the text. */
export interface Reading {
  readonly text: string
  readonly units: Uint16Array
}

export function readingOf(text: string): Reading {
  const bytes = Buffer.from(text, 'utf16le')
  return { text, units: new Uint16Array(bytes.buffer, bytes.byteOffset, text.length) }
}
