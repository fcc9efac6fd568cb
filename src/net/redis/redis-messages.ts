import { TooMuchError, BrokenMessageError, type Framing } from '../checked-stream.js'
import { misconfigured } from '../refusal.js'

/** Replies within replies: INFO, streams and scripts give four, modules a few more. */
const deepest = 32

/** Bytes of a line: of an error in the server's words, of a length, of a number. */
const longestLine = 65_536

/** The first byte of a TLS record that says what went wrong. */
const tlsAlert = 0x15

/** What one line says of what follows it. */
type Announced = { readonly bytes: number } | { readonly values: number } | 'nothing'

type Read = (text: string) => Announced | undefined

const plain =
  (form: RegExp): Read =>
  (text) =>
    form.test(text) ? 'nothing' : undefined

/** A length; -1 is the nil of the second version of the protocol. */
const lengthOf = (text: string): number | undefined => (/^(?:0|[1-9]\d{0,18})$/.test(text) ? Number(text) : undefined)

const bytes: Read = (text) => {
  const length = lengthOf(text)
  return length === undefined ? undefined : { bytes: length + 2 }
}

const values =
  (each: number): Read =>
  (text) => {
    const length = lengthOf(text)
    return length === undefined ? undefined : { values: length * each }
  }

const orNil =
  (read: Read): Read =>
  (text) =>
    text === '-1' ? 'nothing' : read(text)

/**
 * The types of the protocol (its specification, versions 2 and 3) that a server answers with unless it is asked for
 * others.
 */
const types: Readonly<Record<string, Read>> = {
  '+': plain(/^/),
  '-': plain(/^/),
  ':': plain(/^[+-]?\d{1,19}$/),
  $: orNil(bytes),
  '*': orNil(values(1)),
  _: plain(/^$/),
  '#': plain(/^[tf]$/),
  ',': plain(/^(?:nan|[+-]?(?:inf|\d{1,400}(?:\.\d{1,400})?(?:[eE][+-]?\d{1,4})?))$/),
  '(': plain(/^[+-]?\d{1,4000}$/),
  '!': bytes,
  '=': bytes,
  '%': values(2),
  '~': values(1),
}

function broken(what: string): BrokenMessageError {
  return new BrokenMessageError(`an answer of the server ${what}: it is not what Redis sends`)
}

/** Commands whose answers are still to come. */
export interface Asked {
  count: number
}

/** One answer under way, read byte by byte as it comes. */
class Answer {
  #line = ''
  /** Bytes of a text, with the line's end after them. */
  #left = 0
  /** Of each list that is open, the values still to come. */
  readonly #open: number[] = [1]
  /** Its first line. */
  first = ''

  constructor(readonly most: number) {}

  /** @returns where the answer ends in the chunk; `undefined` when it goes on after it */
  read(chunk: Buffer, from: number): number | undefined {
    let at = from
    while (at < chunk.length) {
      at = this.#left > 0 ? this.#skip(chunk, at) : this.#readLine(chunk, at)
      if (this.#open.length === 0) return at
    }
    return undefined
  }

  #skip(chunk: Buffer, at: number): number {
    const taken = Math.min(this.#left, chunk.length - at)
    for (let place = Math.max(0, this.#left - 2); place < taken; place += 1) {
      if (chunk[at + place] !== (this.#left - place === 2 ? 0x0d : 0x0a))
        throw broken('has a string whose length differs from the announced one')
    }
    this.#left -= taken
    if (this.#left === 0) this.#close()
    return at + taken
  }

  #readLine(chunk: Buffer, at: number): number {
    const end = chunk.indexOf(0x0a, at)
    const next = end === -1 ? chunk.length : end + 1
    this.#line += chunk.toString('latin1', at, next)
    if (this.#line.length > longestLine) throw broken('has a line that does not end')
    if (!Object.hasOwn(types, this.#line[0]!)) throw broken('is of an unknown type')
    if (end !== -1) this.#take(this.#line)
    return next
  }

  #take(line: string): void {
    this.#line = ''
    if (this.first === '') this.first = line.slice(0, -2)
    const text = line.slice(1, -2)
    const announced = line.endsWith('\r\n') && !text.includes('\r') ? types[line[0]!]!(text) : undefined
    if (announced === undefined) throw broken('has a malformed line')
    if (announced === 'nothing') return this.#close()
    if ('bytes' in announced) {
      if (announced.bytes > this.most) throw this.#tooMuch('bytes')
      this.#left = announced.bytes
      return
    }
    if (announced.values > this.most) throw this.#tooMuch('values')
    if (announced.values === 0) return this.#close()
    if (this.#open.length > deepest) throw broken('has lists within lists without end')
    this.#open.push(announced.values)
  }

  #tooMuch(unit: string): TooMuchError {
    return new TooMuchError(`the peer announced an answer of more than ${this.most} ${unit}`)
  }

  /** A value is complete, and with it every list whose last one it is. */
  #close(): void {
    for (let last = this.#open.length - 1; last >= 0; last -= 1) {
      this.#open[last]! -= 1
      if (this.#open[last]! > 0) return
      this.#open.pop()
    }
  }
}

/**
 * Takes a server's bytes apart into whole answers, one for each command. The driver trusts them: it throws over a nil
 * that was not asked for, and an answer without an end is kept for ever.
 *
 * @param asked the caller counts it up for every command, every answer counts it down
 * @param mostBytes of one answer
 * @param unasked what to make of an error that comes before it is asked for: a server that turns a client away says so
 *   at once
 * @returns a framing that throws BrokenMessageError; TooMuchError for a length beyond the bound; a Refusal where the
 *   peer never spoke the protocol; and what `unasked` gives
 */
export function redisFraming(asked: Asked, mostBytes: number, unasked: (words: string) => Error): Framing {
  let parts: Buffer[] = []
  let answer: Answer | undefined
  let isAsked = false
  let isFirst = true
  const read = (chunk: Buffer, at: number): number | undefined => {
    const isStart = answer === undefined
    if (answer === undefined) {
      answer = new Answer(mostBytes)
      isAsked = asked.count > 0
      if (isAsked) asked.count -= 1
    }
    try {
      return answer.read(chunk, at)
    } catch (error) {
      if (isStart && chunk[at] === tlsAlert) throw misconfigured('tls-required', 'the server answers in TLS')
      throw isFirst && error instanceof BrokenMessageError
        ? misconfigured('not-redis', 'the peer does not speak the Redis protocol')
        : error
    }
  }
  return (chunk) => {
    const answers: Buffer[] = []
    for (let at = 0; at < chunk.length;) {
      const end = read(chunk, at)
      parts.push(chunk.subarray(at, end))
      if (end === undefined) break
      if (!isAsked)
        throw answer!.first.startsWith('-')
          ? unasked(answer!.first.slice(1))
          : new BrokenMessageError('the server sent an answer without a request, which Redis does not do')
      answers.push(parts.length === 1 ? parts[0]! : Buffer.concat(parts))
      parts = []
      answer = undefined
      isFirst = false
      at = end
    }
    return answers
  }
}
