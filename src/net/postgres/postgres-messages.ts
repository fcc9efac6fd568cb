import { BrokenMessageError, type Framing } from '../checked-stream.js'
import { misconfigured } from '../refusal.js'

/** The type of a message, and its length with the four bytes that say it. */
const header = 5

/** Reads the body of one message from its start. Everything it is asked for must be there. */
class Body {
  #offset = 0

  constructor(readonly bytes: Buffer) {}

  take(length: number): Buffer {
    if (length < 0 || this.#offset + length > this.bytes.length) throw broken('ends too early')
    this.#offset += length
    return this.bytes.subarray(this.#offset - length, this.#offset)
  }

  /** A text up to its NUL. */
  text(): Buffer {
    const end = this.bytes.indexOf(0, this.#offset)
    if (end === -1) throw broken('has a string without an end')
    const text = this.bytes.subarray(this.#offset, end)
    this.#offset = end + 1
    return text
  }

  rest(): Buffer {
    return this.take(this.bytes.length - this.#offset)
  }

  int16(): number {
    return this.take(2).readInt16BE()
  }

  /** How many of something follow. */
  count(): number {
    const count = this.int16()
    if (count < 0) throw broken('has a negative count')
    return count
  }

  int32(): number {
    return this.take(4).readInt32BE()
  }

  end(): void {
    if (this.#offset !== this.bytes.length) throw broken('continues after its end')
  }
}

function broken(what: string): BrokenMessageError {
  return new BrokenMessageError(`a message of the server ${what}: it is not what PostgreSQL sends`)
}

/** What a session remembers of the messages before. */
interface Course {
  /** Columns of the rows to come; `undefined` before any were described. */
  columns: number | undefined
}

type Check = (body: Body, course: Course) => void

const empty: Check = () => {}

const anything: Check = (body) => void body.rest()

/** The start of a COPY: a format, and one for each column. */
const copying: Check = (body) => {
  body.take(1)
  body.take(2 * body.count())
}

/** Type and text, as often as they come, and a NUL. */
const fields: Check = (body) => {
  while (body.take(1)[0] !== 0) body.text()
}

/** A process and its key to cancel, whose length is the server's choice since protocol 3.2: 4 to 256 bytes. */
const cancelKey: Check = (body) => {
  body.take(4)
  const { length } = body.rest()
  if (length < 4 || length > 256) throw broken('has a key of an impossible length')
}

const mechanisms: Check = (body) => {
  while (body.text().length > 0);
}

/** GSSAPI, its continuation, SSPI: no driver of Node's speaks them. */
const foreignAuthentication = new Set([7, 8, 9])

/** By the code of an authentication request: done, clear text, MD5, SASL and its two answers. */
const authentications: Readonly<Record<number, Check>> = {
  0: empty,
  3: empty,
  5: (body) => void body.take(4),
  10: mechanisms,
  11: anything,
  12: anything,
}

const authentication: Check = (body, course) => {
  const code = body.int32()
  const check = authentications[code]
  if (foreignAuthentication.has(code) || check === undefined)
    throw misconfigured(
      'unsupported-authentication',
      `the server asks for authentication with code ${code}, which preflight does not support`,
    )
  check(body, course)
}

const rowDescription: Check = (body, course) => {
  const columns = body.count()
  for (let column = 0; column < columns; column += 1) {
    body.text()
    body.take(18)
  }
  course.columns = columns
}

const dataRow: Check = (body, course) => {
  const columns = body.count()
  if (columns !== course.columns) throw broken('has a row that was not described')
  for (let column = 0; column < columns; column += 1) {
    const length = body.int32()
    if (length !== -1) body.take(length)
  }
}

/** Every message that a server sends in answer to what we ask (PostgreSQL manual, "Message Formats"), by its type. */
const checks: Readonly<Record<string, Check>> = {
  R: authentication,
  K: cancelKey,
  S: (body) => {
    body.text()
    body.text()
  },
  Z: (body) => {
    if (!'ITE'.includes(body.take(1).toString('latin1'))) throw broken('names an unknown state')
  },
  T: rowDescription,
  D: dataRow,
  C: (body) => void body.text(),
  E: fields,
  N: fields,
  A: (body) => {
    body.int32()
    body.text()
    body.text()
  },
  t: (body) => void body.take(4 * body.count()),
  v: (body) => {
    body.int32()
    for (let left = body.int32(); left > 0; left -= 1) body.text()
  },
  G: copying,
  H: copying,
  d: anything,
  c: empty,
  I: empty,
  n: empty,
  s: empty,
  '1': empty,
  '2': empty,
  '3': empty,
}

/**
 * Takes a server's bytes apart into messages that hold what they say. The driver trusts a message: an error without its
 * last NUL makes it read for ever, and a row that was not described makes it throw.
 *
 * @returns a framing that throws BrokenMessageError, and a Refusal for an authentication that is not offered
 */
export function postgresFraming(): Framing {
  const course: Course = { columns: undefined }
  let pending: Buffer = Buffer.alloc(0)
  return (chunk) => {
    pending = pending.length === 0 ? chunk : Buffer.concat([pending, chunk])
    const messages: Buffer[] = []
    while (pending.length >= header) {
      const length = 1 + pending.readUInt32BE(1)
      if (length < header) throw broken('has an impossible length')
      if (length > pending.length) break
      const message = pending.subarray(0, length)
      checkMessage(message, course)
      messages.push(message)
      pending = pending.subarray(length)
    }
    return messages
  }
}

function checkMessage(message: Buffer, course: Course): void {
  const type = String.fromCharCode(message[0]!)
  const check = Object.hasOwn(checks, type) ? checks[type] : undefined
  if (check === undefined) throw broken('is of an unexpected type')
  const body = new Body(message.subarray(header))
  check(body, course)
  body.end()
}
