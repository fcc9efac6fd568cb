import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parseAllDocuments } from 'yaml'
import { z } from 'zod'
import { readClusterContainer } from '../../../src/environment/sources/k8s/k8s.js'
import { folderOf, regionPack } from '../cli/preflight.js'
import { runShell, stageCommands } from './shell.js'

const examples = join(import.meta.dirname, '../../../ci')

const quantity = z.string().regex(/^\d+(?:m|Mi|Gi)?$/)
const container = z.strictObject({
  name: z.string(),
  image: z.string(),
  command: z.array(z.string()),
  args: z.array(z.string()),
  envFrom: z.array(
    z.strictObject({
      configMapRef: z.strictObject({ name: z.string() }).optional(),
      secretRef: z.strictObject({ name: z.string() }).optional(),
    }),
  ),
  resources: z.strictObject({ requests: z.record(z.string(), quantity), limits: z.record(z.string(), quantity) }),
  securityContext: z.strictObject({
    allowPrivilegeEscalation: z.literal(false),
    readOnlyRootFilesystem: z.literal(true),
    capabilities: z.strictObject({ drop: z.tuple([z.literal('ALL')]) }),
  }),
  volumeMounts: z.array(z.strictObject({ name: z.string(), mountPath: z.string(), readOnly: z.boolean().optional() })),
  workingDir: z.string(),
})
/** The fields of batch/v1 Job that the examples use, as the API has them, with what a gate must say. */
const job = z.strictObject({
  apiVersion: z.literal('batch/v1'),
  kind: z.literal('Job'),
  metadata: z.strictObject({
    name: z.string().optional(),
    generateName: z.string().optional(),
    annotations: z.record(z.string(), z.string()).optional(),
  }),
  spec: z.strictObject({
    backoffLimit: z.literal(0),
    activeDeadlineSeconds: z.int(),
    ttlSecondsAfterFinished: z.int(),
    template: z.strictObject({
      metadata: z.strictObject({ labels: z.record(z.string(), z.string()) }),
      spec: z.strictObject({
        restartPolicy: z.literal('Never'),
        automountServiceAccountToken: z.literal(false),
        enableServiceLinks: z.literal(false),
        securityContext: z.strictObject({
          runAsNonRoot: z.literal(true),
          runAsUser: z.int().min(1),
          runAsGroup: z.int().min(1),
          fsGroup: z.int(),
          seccompProfile: z.strictObject({ type: z.literal('RuntimeDefault') }),
        }),
        containers: z.tuple([container]),
        volumes: z.array(
          z.strictObject({
            name: z.string(),
            emptyDir: z.strictObject({ sizeLimit: quantity }).optional(),
            configMap: z.strictObject({ name: z.string() }).optional(),
          }),
        ),
      }),
    }),
  }),
})

/**
 * A cluster of one Job: `create` is refused where it is there, `apply` leaves it alone, and a new one ends as TODAY
 * says.
 */
const cluster = `#!/bin/sh
case $1 in
  delete) rm -f job ;;
  create | apply) if [ -e job ]; then [ "$1" = apply ]; else echo "$TODAY" >job; fi ;;
  wait) [ "$(cat job)" = complete ] ;;
esac
`

describe('the command that the Job names', () => {
  const [, command = ''] =
    /^# {3}(kubectl .*)$/m.exec(readFileSync(join(examples, 'kubernetes-job.yaml'), 'utf8')) ?? []

  it.each([
    ['complete', 'complete', 0],
    ['complete', 'failed', 1],
    ['failed', 'complete', 0],
  ])('asks anew where the Job of the last time is still there: %s, now %s', async (job, TODAY, exitCode) => {
    const folder = folderOf({ job, 'bin/kubectl': cluster })
    const ended = await runShell(['bash', '-c', `chmod +x bin/kubectl && ${command}`], {
      cwd: folder,
      environment: { TODAY },
      path: [join(folder, 'bin')],
    })
    expect(ended.exitCode, ended.output).toBe(exitCode)
  })
})

describe.each(['kubernetes-job.yaml', 'argocd-presync.yaml'])('%s', (file) => {
  const documents = parseAllDocuments(readFileSync(join(examples, file), 'utf8'), { strict: true, version: '1.2' })
  const read = job.parse((documents[0] as { toJS(): unknown }).toJS())
  const [main] = read.spec.template.spec.containers

  it('is one Job that runs once, unprivileged, with every mount backed by a volume', () => {
    expect(documents.flatMap(({ errors, warnings }) => [...errors, ...warnings])).toEqual([])
    expect(documents).toHaveLength(1)
    expect(read.spec.template.spec.volumes.map(({ name }) => name).sort()).toEqual(
      main.volumeMounts.map(({ name }) => name).sort(),
    )
    expect(Object.keys(read.metadata)).toContain(file.startsWith('argocd') ? 'generateName' : 'name')
    expect(file.startsWith('argocd') ? read.metadata.annotations?.['argocd.argoproj.io/hook'] : 'PreSync').toBe(
      'PreSync',
    )
  })

  it.each([
    // Both have the same command.
    ...(file.startsWith('argocd') ? [] : [['eu', 0] as const]),
    ['us', 1] as const,
  ])('ends with the exit code of its command: %s', async (region, exitCode) => {
    const folder = folderOf({ 'preflight.yaml': 'checks: [packs]\nselect: [site]\n', 'packs/site/a.yaml': regionPack })
    // The cluster makes the name.
    const created = readFileSync(join(examples, file), 'utf8').replace('generateName: preflight-', 'name: preflight')
    writeFileSync(join(folder, 'job.yaml'), created)
    const settings = (kind: string, data: object): string =>
      JSON.stringify({ kind, metadata: { name: 'arqonbus' }, data })
    writeFileSync(join(folder, 'settings.json'), settings('ConfigMap', { REGION: region }))
    writeFileSync(
      join(folder, 'secret.json'),
      settings('Secret', { TOKEN: Buffer.from('hunter2-hunter2').toString('base64') }),
    )

    const { variables, diagnostics, unknown } = await readClusterContainer(`${join(folder, 'job.yaml')}#preflight`)
    expect([diagnostics, unknown]).toEqual([[], []])
    const environment = Object.fromEntries(variables.map(([name, { value }]) => [name, value.reveal()]))
    expect(Object.keys(environment).sort()).toEqual(['REGION', 'TOKEN'])
    expect([...main.command, ...main.args].join(' ')).not.toMatch(/\$\(|hunter2|secret|token/i)

    const [program = '', ...before] = main.command
    const ended = await runShell([program, ...before, ...main.args], {
      cwd: folder,
      environment,
      path: [stageCommands(folder)],
    })
    expect(ended.exitCode, ended.output).toBe(exitCode)
    expect(ended.output).not.toContain('hunter2')
  })

  it('ends with 2 where Node cannot start with the variables of the deployment', async () => {
    const folder = folderOf({ 'preflight.yaml': 'checks: [packs]\nselect: [site]\n', 'packs/site/a.yaml': regionPack })
    const [program = '', ...before] = main.command
    const ended = await runShell([program, ...before, ...main.args], {
      cwd: folder,
      environment: { REGION: 'eu', NODE_OPTIONS: '--require /nowhere/missing.cjs' },
      path: [stageCommands(folder)],
    })
    expect(ended.exitCode, ended.output).toBe(2)
  })
})
