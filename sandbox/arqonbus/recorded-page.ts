import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type HttpAnswer, json } from './http-answer.js'

/** What a deployment's launcher hands the bus's HTTP pages as storage: it decides what two of them say. */
export const launcherShapes = ['storage-object', 'bare-backend', 'nothing'] as const
export type LauncherShape = (typeof launcherShapes)[number]

export type Backend = 'redis' | 'postgres' | 'memory'

/** Values of the running bus, by the name that stands for them in a page: `undefined` leaves the key out. */
export type PageValues = Readonly<Record<string, unknown>>

interface RecordedPage {
  readonly status: number
  readonly body: unknown
}

/** The file of a page: one for each backend where that makes a difference. */
function fileOf(shape: LauncherShape, page: string, backend: Backend): string {
  const folder = join(import.meta.dirname, 'pages', shape)
  const own = join(folder, `${page}.${backend}.json`)
  return existsSync(own) ? own : join(folder, `${page}.json`)
}

/** @throws Error for a name without a value: the page would show its placeholder */
function valueOf(name: string, values: PageValues): unknown {
  if (!Object.hasOwn(values, name)) throw new Error(`the recorded page names ${name}, which has no value`)
  return values[name]
}

function filled(node: unknown, values: PageValues): unknown {
  if (typeof node === 'string') {
    const whole = /^<(\w+)>$/.exec(node)
    return whole === null
      ? node.replace(/<(\w+)>/g, (_, name: string) => String(valueOf(name, values)))
      : valueOf(whole[1]!, values)
  }
  if (Array.isArray(node)) return node.map((element) => filled(element, values))
  if (typeof node !== 'object' || node === null) return node
  return Object.fromEntries(Object.entries(node).map(([key, element]) => [key, filled(element, values)]))
}

/** A page of the contract in the shape that was recorded of it, with the values of the running bus. */
export function recordedPage(shape: LauncherShape, page: string, backend: Backend, values: PageValues): HttpAnswer {
  const { status, body } = JSON.parse(readFileSync(fileOf(shape, page, backend), 'utf8')) as RecordedPage
  return json(filled(body, values), status)
}
