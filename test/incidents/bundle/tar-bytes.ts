import { gzipSync } from 'node:zlib'

/**
 * A tar header and what follows it, byte by byte: what a library would refuse to write. Numbers are octal text as in
 * the field.
 */
export interface Entry {
  readonly name: string | Buffer
  readonly content?: Buffer | string
  /** Instead of the content's length. */
  readonly size?: string | Buffer
  readonly type?: string
  readonly mode?: string
  readonly link?: string
  readonly prefix?: string
  readonly magic?: string
  readonly checksum?: string
}

const block = 512

function padded(content: Buffer): Buffer {
  return Buffer.concat([content, Buffer.alloc((block - (content.length % block)) % block)])
}

export function header({
  name,
  content = '',
  size,
  type = '0',
  mode = '0000600',
  link = '',
  prefix = '',
  magic = 'ustar\u000000',
  checksum,
}: Entry): Buffer {
  const bytes = Buffer.alloc(block)
  const put = (value: string | Buffer, at: number): void => void Buffer.from(value as string, 'utf8').copy(bytes, at)
  put(name, 0)
  put(mode, 100)
  put('0000000', 108)
  put('0000000', 116)
  put(
    size ??
      Buffer.from(content as string)
        .length.toString(8)
        .padStart(11, '0'),
    124,
  )
  put('14700000000', 136)
  put('        ', 148)
  put(type, 156)
  put(link, 157)
  put(magic, 257)
  put(prefix, 345)
  const sum = bytes.reduce((total, byte) => total + byte, 0)
  put(checksum ?? `${sum.toString(8).padStart(6, '0')}\0 `, 148)
  return bytes
}

export function entry(described: Entry): Buffer {
  return Buffer.concat([header(described), padded(Buffer.from((described.content ?? '') as string))])
}

const endMark = Buffer.alloc(2 * block)

/** A whole, compressed archive of these entries or raw bytes. */
export function archive(...parts: readonly (Entry | Buffer)[]): Buffer {
  return gzipSync(tar(...parts))
}

export function tar(...parts: readonly (Entry | Buffer)[]): Buffer {
  return Buffer.concat([...parts.map((part) => (Buffer.isBuffer(part) ? part : entry(part))), endMark])
}

/** One record of an extended header (POSIX pax): its length counts itself. */
function paxRecord(key: string, value: string): string {
  const rest = ` ${key}=${value}\n`
  let length = rest.length + 1
  while (`${length}${rest}`.length !== length) length = `${length}${rest}`.length
  return `${length}${rest}`
}

export const pax = (records: Readonly<Record<string, string>>, type = 'x'): Entry => ({
  name: 'PaxHeader',
  type,
  content: Object.entries(records)
    .map(([key, value]) => paxRecord(key, value))
    .join(''),
})

export const longName = (name: string, type = 'L'): Entry => ({
  name: '././@LongLink',
  type,
  magic: 'ustar  \0',
  content: `${name}\0`,
})
