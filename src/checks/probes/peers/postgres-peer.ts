import type { Workbench } from '../../../engine/self-test.js'

/** What a server says of itself: the answer to a question that holds this text. Columns by name, `null` for SQL's. */
export interface PostgresAnswer {
  readonly about: string
  readonly columns: readonly string[]
  readonly rows: readonly (readonly string[])[]
}

interface PostgresScript {
  readonly password: string
  readonly answers: readonly PostgresAnswer[]
}

const text = (value: string): Buffer => Buffer.from(`${value}\0`)
const int16 = (value: number): Buffer => Buffer.from([(value >> 8) & 255, value & 255])
const int32 = (value: number): Buffer => Buffer.concat([int16(value >>> 16), int16(value & 65_535)])

/** A message: its letter, its length with the length itself, its parts (PostgreSQL manual, 55.7 Message Formats). */
function message(letter: string, ...parts: readonly Buffer[]): Buffer {
  const body = Buffer.concat(parts)
  return Buffer.concat([Buffer.from(letter), int32(body.length + 4), body])
}

const booleanType = 16
const textType = 25

function description({ columns, rows }: PostgresAnswer): Buffer {
  const fields = columns.map((name, index) => {
    const type = rows[0]?.[index] === 't' || rows[0]?.[index] === 'f' ? booleanType : textType
    return Buffer.concat([text(name), int32(0), int16(0), int32(type), int16(65_535), int32(0xffffffff), int16(0)])
  })
  return message('T', int16(columns.length), ...fields)
}

const row = (values: readonly string[]): Buffer =>
  message(
    'D',
    int16(values.length),
    ...values.map((value) => Buffer.concat([int32(Buffer.byteLength(value)), Buffer.from(value)])),
  )
const problem = (code: string, words: string): Buffer =>
  message('E', text('SFATAL'), text('VFATAL'), text(`C${code}`), text(`M${words}`), Buffer.from([0]))
const ready = message('Z', Buffer.from('I'))

/** One connection, from the request for TLS on. */
class Conversation {
  #state: 'greeting' | 'password' | 'ready' = 'greeting'
  #answer: PostgresAnswer | undefined

  constructor(private readonly script: PostgresScript) {}

  /** Takes one message off the front. @returns `undefined` when it is not whole yet */
  take(heard: Buffer): { readonly answer: Buffer; readonly rest: Buffer; readonly isOver: boolean } | undefined {
    const start = this.#state === 'greeting' ? 0 : 1
    if (heard.length < start + 4) return undefined
    const end = start + heard.readInt32BE(start)
    if (heard.length < end) return undefined
    const body = heard.subarray(start + 4, end)
    const letter = start === 0 ? '' : String.fromCharCode(heard[0] ?? 0)
    const answer = this.#reply(letter, body)
    return { answer, rest: heard.subarray(end), isOver: letter === 'X' || answer[0] === 'E'.charCodeAt(0) }
  }

  #reply(letter: string, body: Buffer): Buffer {
    if (this.#state === 'greeting') return this.#greet(body)
    if (this.#state === 'password') return this.#logIn(body)
    if (letter === 'Q') return Buffer.concat([message('C', text(/^\w*/.exec(body.toString('utf8'))![0])), ready])
    if (letter === 'P') {
      const question = body.toString('utf8')
      this.#answer = this.script.answers.find(({ about }) => question.includes(about))
      return this.#answer === undefined ? problem('42601', 'the script has no answer to this') : message('1')
    }
    if (letter === 'B') return message('2')
    if (letter === 'D') return this.#answer === undefined ? message('n') : description(this.#answer)
    if (letter === 'E')
      return Buffer.concat([
        ...(this.#answer?.rows ?? []).map(row),
        message('C', text(`SELECT ${this.#answer?.rows.length ?? 0}`)),
      ])
    return letter === 'S' ? ready : Buffer.alloc(0)
  }

  /**
   * 80877103 asks for TLS, which there is not; anything else is the start-up message, answered by a question for the
   * password.
   */
  #greet(body: Buffer): Buffer {
    if (body.readInt32BE(0) === 80_877_103) return Buffer.from('N')
    this.#state = 'password'
    return message('R', int32(3))
  }

  #logIn(body: Buffer): Buffer {
    if (body.toString('utf8') !== `${this.script.password}\0`) return problem('28P01', 'password authentication failed')
    this.#state = 'ready'
    return Buffer.concat([message('R', int32(0)), ready])
  }
}

/** A PostgreSQL that speaks just enough of protocol 3.0. */
export function servePostgres(workbench: Workbench, script: PostgresScript): Promise<number> {
  return workbench.serve((socket) => {
    const conversation = new Conversation(script)
    let heard: Buffer = Buffer.alloc(0)
    socket.on('data', (chunk: Buffer) => {
      heard = Buffer.concat([heard, chunk])
      for (let taken = conversation.take(heard); taken !== undefined; taken = conversation.take(heard)) {
        heard = taken.rest
        if (taken.isOver) return void socket.end(taken.answer)
        socket.write(taken.answer)
      }
    })
  })
}
