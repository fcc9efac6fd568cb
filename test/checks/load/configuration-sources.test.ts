import { join } from 'node:path'
import { expect, it } from 'vitest'
import { loadConfiguration } from '../../../src/checks/load/configuration.js'
import { folderOf } from './support/packs.js'

it('reads every form of environment, relative to the deployment file', async () => {
  const folder = await folderOf({
    'preflight.yaml':
      'environment:\n  - prod.env\n  - { systemd: /etc/default/bus }\n  - { file: .env, reader: dotenv }\n  - { file: s.env, reader: systemd }\n  - { shell: bus.sh }\n  - { docker: d.env }\n  - { dotenv: e.env }\n  - { compose: compose.yaml#bus }\n  - { k8s: deploy/bus.yaml#bus/main }\n  - { pid-file: run/bus.pid }\n  - { this-shell: true }\n',
  })
  const { configuration, diagnostics } = await loadConfiguration(join(folder, 'preflight.yaml'))
  expect(diagnostics).toEqual([])
  expect(configuration?.environment).toEqual([
    join(folder, 'prod.env'),
    { systemd: '/etc/default/bus' },
    { dotenv: join(folder, '.env') },
    { systemd: join(folder, 's.env') },
    { shell: join(folder, 'bus.sh') },
    { docker: join(folder, 'd.env') },
    { dotenv: join(folder, 'e.env') },
    { compose: join(folder, 'compose.yaml#bus') },
    { k8s: join(folder, 'deploy/bus.yaml#bus/main') },
    { 'pid-file': join(folder, 'run/bus.pid') },
    { 'this-shell': true },
  ])
})

it('refuses what names no service or is not a form, each at its place', async () => {
  const folder = await folderOf({
    'preflight.yaml':
      'environment:\n  - { compose: compose.yaml }\n  - { k8s: "bus.yaml#" }\n  - { kubernetes: bus.yaml#bus }\n  - { systemd: a, compose: b#c }\n  - 5\n  - { file: a, reader: node }\n  - { file: a }\n  - { this-shell: false }\n',
  })
  const { configuration, diagnostics } = await loadConfiguration(join(folder, 'preflight.yaml'))
  expect(configuration).toBeUndefined()
  expect(
    diagnostics.map(({ position }) => position.line).filter((line, index, all) => all.indexOf(line) === index),
  ).toEqual([2, 3, 4, 5, 6, 7, 8, 9])
})

it('says at its line what a key of an earlier version is called now', async () => {
  const folder = await folderOf({ 'preflight.yaml': 'deployment: bus\nenv-files: [prod.env]\n' })
  const { configuration, diagnostics } = await loadConfiguration(join(folder, 'preflight.yaml'))
  expect(configuration).toBeUndefined()
  expect(diagnostics.map(({ position, code, message }) => `${position.line}: ${code}: ${message}`)).toEqual([
    '2: renamed-key: env-files was renamed: write environment:',
  ])
})
