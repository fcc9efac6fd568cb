import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { compiledSite } from '../alerts/site.js'

const page = readFileSync(join(import.meta.dirname, '../../docs/alerts.md'), 'utf8')

/** What the example asks. */
const pack = `stage: runtime
inputs: { most_waiting: { type: integer, description: how many orders may wait, default: 10 } }
checks:
  health: { title: it answers, severity: high, class: dependency, http: { url: "http://127.0.0.1:1/" }, expect: [facts.status == 200], fix: start it }
  queue: { title: orders go out, severity: high, class: dependency, http: { url: "http://127.0.0.1:1/" }, expect: [facts.status == 200], fix: start it }
  process: { title: it runs, severity: high, class: dependency, process: { port: 1 }, expect: [facts.running], fix: start it }
`

it('the example of a file of alerts compiles', async () => {
  const [, example] = /```yaml\n(# alerts\/site\.yaml\n[^]*?)```/.exec(page)!
  const { alerts, problems } = await compiledSite(example!, pack, 'service')
  expect(problems).toEqual([])
  expect(alerts!.map(({ id }) => id)).toEqual(['site/down', 'site/queue', 'site/memory'])
})

it('the page has every key of an alert, and every alert that ships', async () => {
  const { alertFields } = await import('../../src/alerts/load/alert-schema.js')
  for (const key of Object.keys(alertFields)) expect(page).toContain(`| \`${key}\` `)
  const shipped = readFileSync(join(import.meta.dirname, '../../alerts/arqonbus.yaml'), 'utf8')
  for (const [, name] of shipped.matchAll(/^ {2}([a-z]+(?:-[a-z]+)*):$/gm)) expect(page).toContain(`| \`${name}\` `)
})
