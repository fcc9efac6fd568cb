import { appendFileSync, mkdirSync } from 'node:fs'
import { dirname } from 'node:path'

export type Log = (level: 'INFO' | 'WARNING' | 'ERROR', message: string) => void

/** A log file in the shape Python's logging gives it: time, logger, level, message. Its folder is made. */
export function openLog(path: string, logger: string): Log {
  mkdirSync(dirname(path), { recursive: true })
  return (level, message) => {
    appendFileSync(
      path,
      `${new Date().toISOString().replace('T', ' ').replace('.', ',').slice(0, 23)} - ${logger} - ${level} - ${message}\n`,
    )
  }
}
