import { expect, it } from 'vitest'
import { z } from 'zod'
import { collectorRegistry, probeRegistry } from '../../../src/engine/folder-registry.js'
import { actionRegistry } from '../../../src/runbooks/action-registry.js'

/** Inputs that name a file or a folder of the machine preflight runs on. */
const named =
  /^(?:path|paths|file|folder|cwd|signers|repository|dotenv|shell|docker|systemd|compose|k8s|pid-file|.*trust-file)$/

/** `shell` of a step is a script, not a file. */
const notPaths = ['command shell', 'run shell']

it('an input that is a path says so, and its relative values start from the file they are written in', async () => {
  const unmarked: string[] = []
  const marked: string[] = []
  const walk = (kind: string, schema: unknown): void => {
    if (typeof schema !== 'object' || schema === null) return
    const { properties = {}, ...others } = schema as { properties?: Record<string, object> }
    for (const [name, property] of Object.entries(properties)) {
      const { items = property } = property as { items?: object }
      if (named.test(name) && 'type' in items && items.type === 'string')
        ('preflight' in items && items.preflight === 'path' ? marked : unmarked).push(`${kind} ${name}`)
      walk(kind, property)
    }
    for (const part of Object.values(others).flat()) walk(kind, part)
  }
  for (const registry of [probeRegistry, collectorRegistry, actionRegistry])
    for (const kind of registry.names()) {
      const { input } = await registry.load(kind)
      walk(kind, z.toJSONSchema(input, { io: 'input', unrepresentable: 'any' }))
    }
  expect(unmarked).toEqual(notPaths)
  expect(new Set(marked)).toEqual(
    new Set(
      'check compose,check docker,check dotenv,check file,check k8s,check pid-file,check shell,check systemd,approve signers,certificate path,certificate trust-file,command cwd,descriptor path,disk path,file path,files folder,http trust-file,log cwd,log path,log paths,mqtt trust-file,nats trust-file,nats-info trust-file,page trust-file,postgres trust-file,postgres-info trust-file,program cwd,process pid-file,prometheus trust-file,redis trust-file,redis-info trust-file,relay nats-trust-file,relay trust-file,run cwd,secret repository,sql file,sql trust-file,system paths,tls trust-file,websocket trust-file'.split(
        ',',
      ),
    ),
  )
})
