import { parseRedisInfo } from '../../../net/redis/info-reply.js'

/** Sections whose fields are figures, modes and versions. What a module adds may name its user's data. */
const kept = [
  'Server',
  'Clients',
  'Memory',
  'Persistence',
  'Threads',
  'Stats',
  'Replication',
  'CPU',
  'Commandstats',
  'Latencystats',
  'Errorstats',
  'Cluster',
  'Keyspace',
]

/** Error prefixes may come from a script of the user's; those of the server are capitals. */
const ownField = /^(?!errorstat_)|^errorstat_[A-Z]+$/

export type Sections = Readonly<Record<string, Readonly<Record<string, string>>>>

/** An INFO reply by section, without what is not the server's own. */
export function serverSections(text: string): Sections {
  const sections: Record<string, Readonly<Record<string, string>>> = {}
  for (const block of text.split(/^# /m).slice(1)) {
    const name = block.slice(0, block.indexOf('\r\n')).trim()
    if (!kept.includes(name)) continue
    sections[name.toLowerCase()] = Object.fromEntries(
      [...parseRedisInfo(block)].filter(([field]) => ownField.test(field)),
    )
  }
  if (Object.keys(sections).length === 0) throw new Error('its INFO has no section that is known')
  return sections
}
