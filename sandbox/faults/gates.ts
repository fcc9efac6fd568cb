import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Deployment } from '../deployment.js'
import { type CasilFigures, casilFigures, casilFiguresFile } from '../stand-ins/checkout/casil-figures.js'
import type { GateBehaviour, GateName } from '../stand-ins/programs/behaviour.js'
import { type Cure, ownValue } from './cure.js'
import type { Changes } from './fault-effect.js'
import { effect, type Fault, sightings } from './fault.js'

interface GateFault {
  readonly name: string
  readonly title: string
  readonly group: 'toolchain' | 'gates'
  readonly caughtBy: string
  readonly class?: Fault['class']
  readonly isSilent?: boolean
  readonly isAdvisory?: boolean
  readonly says?: string
  readonly cure?: Cure
  readonly alsoRed?: readonly string[]
  readonly inputs?: (deployment: Deployment) => Changes
  breakIt?(deployment: Deployment): unknown
  mend?(deployment: Deployment): unknown
}

function gateFault({
  name,
  title,
  group,
  caughtBy,
  cure,
  class: kind = 'code',
  isSilent = false,
  isAdvisory = false,
  says,
  alsoRed = [],
  inputs,
  breakIt,
  mend,
}: GateFault): Fault {
  return {
    name,
    title,
    group,
    caughtBy,
    ...(cure === undefined ? {} : { cure }),
    class: kind,
    ...(says === undefined ? {} : { says }),
    ...sightings[isAdvisory ? 'advisory' : isSilent ? 'silent' : 'wrong'],
    alsoRed,
    async apply(deployment) {
      await breakIt?.(deployment)
      return effect({
        inputs: inputs?.(deployment) ?? {},
        async undo() {
          deployment.gates.toolchain.reset()
          await mend?.(deployment)
        },
      })
    },
  }
}

const behaves =
  (gate: GateName, behaviour: GateBehaviour) =>
  ({ gates }: Deployment) =>
    gates.toolchain.behave({ gates: { [gate]: behaviour } })

function pinRust(channel: string): (deployment: Deployment) => void {
  return ({ gates }) => {
    const file = join(gates.checkout, 'rust-toolchain.toml')
    writeFileSync(file, readFileSync(file, 'utf8').replace(/channel = ".*"/, `channel = "${channel}"`))
  }
}

/** Changes the figures of the last run of the benchmark; `null` removes the file. */
function figure(changes: Partial<CasilFigures> | null): Pick<GateFault, 'breakIt' | 'mend'> {
  const file = ({ gates }: Deployment): string => join(gates.checkout, casilFiguresFile)
  return {
    breakIt: (deployment) =>
      changes === null ? rmSync(file(deployment)) : writeFileSync(file(deployment), casilFigures(changes)),
    mend: (deployment) => writeFileSync(file(deployment), casilFigures()),
  }
}

/** The tools a deployment is built and tested with. */
export const toolchainFaults: readonly Fault[] = [
  gateFault({
    name: 'python-environment-missing',
    title: 'the conda environment was never created',
    group: 'toolchain',
    caughtBy: 'arqonbus/gates/install',
    cure: { actions: [{ words: ['conda create -n helios-gpu-118'], mend: true }] },
    class: 'dependency',
    breakIt: ({ gates }) => gates.toolchain.behave({ condaEnvironments: [] }),
  }),
  gateFault({
    name: 'python-imports-fail',
    title: 'the dependencies of the bus do not import in the conda environment',
    group: 'toolchain',
    caughtBy: 'arqonbus/gates/python-env',
    cure: { actions: [{ words: ['pip install -e .'], mend: true }] },
    class: 'dependency',
    breakIt: ({ gates }) =>
      gates.toolchain.behave({ failingImports: ['redis', 'asyncpg', 'websockets', 'google', 'arqonbus'] }),
  }),
  gateFault({
    name: 'generated-code-does-not-import',
    title: 'the protobuf runtime is older than the generated code of the bus',
    group: 'toolchain',
    caughtBy: 'arqonbus/gates/python-env',
    cure: { actions: [{ words: ['protobuf 5.29.3 or newer'], mend: true }] },
    class: 'dependency',
    breakIt: ({ gates }) => gates.toolchain.behave({ failingImports: ['arqonbus.protocol'] }),
  }),
  gateFault({
    name: 'conda-missing',
    title: 'conda is not installed',
    group: 'toolchain',
    caughtBy: 'arqonbus/gates/install',
    cure: { actions: [{ words: ['install conda'], mend: true }] },
    class: 'dependency',
    breakIt: ({ gates }) => gates.toolchain.remove('conda'),
  }),
  gateFault({
    name: 'rust-not-pinned',
    title: 'the repository pins another Rust than 1.82',
    group: 'toolchain',
    caughtBy: 'arqonbus/toolchain/rust-toolchain',
    cure: { actions: [{ words: ['pin the channel in its rust-toolchain.toml'], mend: true }] },
    class: 'dependency',
    breakIt: pinRust('1.83'),
    mend: pinRust('1.82'),
  }),
]

const measured: Cure = {
  actions: [{ words: ['measure with the script of docs/arqonbus.md', '--input arqonbus.casil_figures='], mend: true }],
}

/** The runbook's seven commands, and the figures of its benchmark. */
export const gateFaults: readonly Fault[] = [
  gateFault({
    name: 'gates-on-the-deployments-database',
    title: "the projector's tests, which delete rows, are pointed at the deployment's own database",
    group: 'gates',
    caughtBy: 'arqonbus/gates/test-database',
    cure: { inputs: { 'arqonbus.test_postgres_url': ownValue } },
    class: 'config',
    inputs: ({ servers }) => ({ 'arqonbus.test_postgres_url': servers.postgres.url }),
  }),
  gateFault({
    name: 'install-fails',
    title: 'the package cannot be installed',
    group: 'gates',
    caughtBy: 'arqonbus/gates/install',
    class: 'dependency',
    breakIt: behaves('install', 'fails'),
  }),
  gateFault({
    name: 'redis-script-unreachable',
    title: "the repository's own script cannot reach its Redis",
    group: 'gates',
    caughtBy: 'arqonbus/gates/redis-script',
    cure: { actions: [{ words: ['start the server that --input arqonbus.test_redis_url names'], mend: true }] },
    class: 'dependency',
    breakIt: ({ gates }) => gates.redis.stop(),
    mend: ({ gates }) => gates.redis.restart(),
  }),
  gateFault({
    name: 'postgres-script-unreachable',
    title: "the repository's own script cannot reach its Postgres",
    group: 'gates',
    caughtBy: 'arqonbus/gates/postgres-script',
    cure: { actions: [{ words: ['start the server that --input arqonbus.test_postgres_url names'], mend: true }] },
    class: 'dependency',
    breakIt: ({ gates }) => gates.postgres.stop(),
    mend: ({ gates }) => gates.postgres.restart(),
  }),
  gateFault({
    name: 'unit-test-fails',
    title: 'one unit test fails',
    group: 'gates',
    caughtBy: 'arqonbus/gates/unit-integration',
    breakIt: behaves('unit-integration', 'fails'),
  }),
  gateFault({
    name: 'unit-tests-skipped',
    title: 'three unit tests are skipped, one more than the deployment allows, and pytest exits 0',
    group: 'gates',
    caughtBy: 'arqonbus/gates/unit-integration',
    cure: { inputs: { 'arqonbus.allowed_skips': { value: () => '3', words: [] } } },
    breakIt: behaves('unit-integration', 'skips-too-many'),
  }),
  gateFault({
    name: 'unit-tests-not-found',
    title: 'pytest finds no tests',
    group: 'gates',
    caughtBy: 'arqonbus/gates/unit-integration',
    breakIt: behaves('unit-integration', 'runs-none'),
  }),
  gateFault({
    name: 'unit-tests-hang',
    title: 'the unit tests never end',
    group: 'gates',
    caughtBy: 'arqonbus/gates/unit-integration',
    isSilent: true,
    breakIt: behaves('unit-integration', 'hangs'),
  }),
  gateFault({
    name: 'projector-tests-skip-themselves',
    title: 'the projector tests all skip themselves, and pytest exits 0',
    group: 'gates',
    caughtBy: 'arqonbus/gates/projector',
    breakIt: behaves('projector', 'skips'),
  }),
  gateFault({
    name: 'shield-does-not-compile',
    title: 'Shield does not compile',
    group: 'gates',
    caughtBy: 'arqonbus/gates/shield-check',
    breakIt: behaves('shield-check', 'fails'),
  }),
  gateFault({
    name: 'cargo-missing',
    title: 'cargo is not installed',
    group: 'gates',
    caughtBy: 'arqonbus/gates/shield-check',
    cure: { actions: [{ words: ['install Rust'], mend: true }] },
    class: 'dependency',
    breakIt: ({ gates }) => gates.toolchain.remove('cargo'),
  }),
  gateFault({
    name: 'shield-test-fails',
    title: "one of Shield's tests fails",
    group: 'gates',
    caughtBy: 'arqonbus/gates/shield-test',
    breakIt: behaves('shield-test', 'fails'),
  }),
  gateFault({
    name: 'shield-tests-ignored',
    title: "all of Shield's tests are ignored, and cargo exits 0",
    group: 'gates',
    caughtBy: 'arqonbus/gates/shield-test',
    breakIt: behaves('shield-test', 'skips'),
  }),
  gateFault({
    name: 'shield-tests-not-found',
    title: 'cargo finds no tests, and exits 0',
    group: 'gates',
    caughtBy: 'arqonbus/gates/shield-test',
    breakIt: behaves('shield-test', 'runs-none'),
  }),
  gateFault({
    name: 'casil-figures-missing',
    title: 'nobody has measured what inspection adds to a message',
    group: 'gates',
    caughtBy: 'arqonbus/gates/casil-performance',
    says: 'no figures:',
    isAdvisory: true,
    cure: measured,
    ...figure(null),
  }),
  gateFault({
    name: 'casil-slow',
    title: 'inspection adds 5 ms to a message at the p99',
    group: 'gates',
    caughtBy: 'arqonbus/gates/casil-performance',
    says: 'monitor mode adds 5 ms to a message at the p99, on sandbox',
    isAdvisory: true,
    cure: measured,
    ...figure({ monitor_p99_ms: 5 }),
  }),
]
