import { createServer, type Socket } from 'node:net'
import { once } from 'node:events'
import type { AegisPlace } from './aegis-place.js'

/** What a program ends with, and what it prints. */
interface Answer {
  readonly code: number
  readonly out: string
}

interface Service {
  /** Makes it another process; what it needs to work again. */
  restart(): Promise<void> | void
  stop?(): Promise<void> | void
}

/**
 * The services of the compose file, and the units of systemd, of a deployment: what `docker compose` and `systemctl` on
 * a private PATH act on. The programs only hand their words on to this process.
 */
export class AegisServices {
  /** Whether the programs say 0 and do nothing where they would change something. */
  lies = false
  readonly #state = new Map<string, { state: string; since: number }>()
  /** Every command that changes something, in order. */
  readonly changes: string[] = []
  log = ''
  /** What `env` in the container of the API prints. */
  variables = ''
  #clock = 0
  readonly #server = createServer((socket) => void this.#serve(socket))

  constructor(readonly services: Readonly<Record<string, Service>>) {
    for (const name of Object.keys(services)) this.#state.set(name, { state: 'running', since: this.#tick() })
  }

  #tick(): number {
    this.#clock += 1
    return this.#clock
  }

  async start(place: AegisPlace): Promise<void> {
    this.#server.listen(0, '127.0.0.1')
    await once(this.#server, 'listening')
    const address = this.#server.address()
    if (address === null || typeof address === 'string') throw new Error('no port')
    this.install = () => {
      const script = (name: string): string => `#!/bin/bash
exec 3<>/dev/tcp/127.0.0.1/${address.port}
printf '%s\\0' ${name} "$@" >&3
echo >&3
IFS= read -r code <&3
cat <&3
exit "$code"
`
      place.install({ docker: script('docker'), systemctl: script('systemctl') })
    }
    this.install()
  }

  /** Puts the programs on the private PATH, again. */
  install: () => void = () => undefined

  stop(): void {
    this.#server.close()
  }

  state(name: string): string {
    return this.#state.get(name)!.state
  }

  /** How it would be found, such as `exited`. */
  become(name: string, state: string): void {
    this.#state.set(name, { state, since: this.#tick() })
  }

  async #serve(socket: Socket): Promise<void> {
    let text = ''
    while (!text.endsWith('\0\n')) text += String((await once(socket, 'data'))[0])
    const { code, out } = await this.#answer(text.split('\0').slice(0, -1)).catch((error: unknown) => ({
      code: 70,
      out: String(error),
    }))
    socket.end(`${code}\n${out}`)
  }

  async #answer([program, ...words]: readonly string[]): Promise<Answer> {
    return program === 'docker' ? this.#docker(words) : this.#systemctl(words)
  }

  async #change(names: readonly string[], command: string, to: 'running' | 'gone'): Promise<Answer> {
    this.changes.push(command)
    if (this.lies) return { code: 0, out: '' }
    for (const name of names) {
      if (to === 'running') await this.services[name]!.restart()
      else await this.services[name]!.stop?.()
      this.become(name, to)
    }
    return { code: 0, out: '' }
  }

  async #docker(words: readonly string[]): Promise<Answer> {
    const names = Object.keys(this.services)
    const last = words.at(-1) ?? ''
    const there = names.filter((name) => this.state(name) !== 'gone')
    const unknown = { code: 1, out: `no such service: ${last}\n` }
    switch (words.slice(0, 2).join(' ')) {
      case 'compose config':
        return { code: 0, out: names.map((name) => `${name}\n`).join('') }
      case 'compose ps': {
        if (words.includes('json'))
          return {
            code: 0,
            out: there.map((name) => `${JSON.stringify({ Service: name, State: this.state(name) })}\n`).join(''),
          }
        if (!last.startsWith('-') && !names.includes(last)) return unknown
        return {
          code: 0,
          out: there
            .filter((name) => last === name || last.startsWith('-'))
            .map((name) => `${name}-1\n`)
            .join(''),
        }
      }
      case 'compose logs':
        return names.includes(last) ? { code: 0, out: this.log } : unknown
      case 'compose restart':
        return names.includes(last) ? this.#change([last], words.join(' '), 'running') : unknown
      case 'compose up':
        return this.#change(
          names.filter((name) => this.state(name) !== 'running' && (name === last || last.startsWith('-'))),
          words.join(' '),
          'running',
        )
      case 'compose exec':
        return { code: 0, out: this.variables }
      case 'compose down':
        return this.#change(names, words.join(' '), 'gone')
      case 'inspect --format': {
        const { state, since } = this.#state.get(last.replace(/-1$/, ''))!
        return { code: 0, out: `${state} 2026-01-01T00:00:00.${String(since).padStart(9, '0')}Z\n` }
      }
      default:
        return { code: 125, out: `unknown: ${words.join(' ')}\n` }
    }
  }

  async #systemctl(words: readonly string[]): Promise<Answer> {
    const unit = (words.at(-1) ?? '').replace('aegis-event-bus', 'eventbus')
    const known = this.#state.get(unit)
    switch (words[0]) {
      case 'show':
        return {
          code: 0,
          out:
            known === undefined
              ? 'LoadState=not-found\nActiveState=inactive\nInvocationID=\n'
              : `LoadState=loaded\nActiveState=${known.state === 'running' ? 'active' : 'failed'}\nInvocationID=${String(known.since).padStart(32, '0')}\n`,
        }
      case 'restart':
      case 'reload':
        if (known === undefined) return { code: 5, out: `Unit ${unit}.service not found.\n` }
        return this.#change([unit], words.join(' '), 'running')
      default:
        return { code: 1, out: `unknown: ${words.join(' ')}\n` }
    }
  }
}
