import { appendFileSync, mkdirSync } from 'node:fs'
import { dirname } from 'node:path'

export type LogLevel = 'debug' | 'info' | 'warning' | 'error' | 'critical'

/** Writes one JSON line, with the level in small letters as structlog has it. */
export type RequestLog = (level: LogLevel, event: string, more?: Readonly<Record<string, unknown>>) => void

export function openRequestLog(path: string): RequestLog {
  mkdirSync(dirname(path), { recursive: true })
  return (level, event, more = {}) =>
    appendFileSync(path, `${JSON.stringify({ ...more, event, level, timestamp: new Date().toISOString() })}\n`)
}
