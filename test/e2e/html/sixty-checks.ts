import { type CheckResult, type ResultDocument, resultDocumentSchema } from '../../../src/checks/result/report.js'
import { stages, type Stage } from '../../../src/base/vocabulary.js'
import { countNames } from '../../../src/checks/run/verdict.js'

const names: Readonly<Record<Stage, readonly string[]>> = {
  toolchain: ['node', 'python', 'rust', 'git-clean', 'disk-space', 'clock'],
  config: [
    'protocol',
    'storage-mode',
    'storage-backend',
    'bind-address',
    'log-level',
    'numbers',
    'hot-store-url',
    'postgres-url',
    'messaging-url',
    'tls-files',
    'quotas',
    'trace-export',
    'feature-switches',
    'policy-module',
    'allowed-origins',
  ],
  secrets: ['jwt-secret', 'jwt-secret-margin', 'api-keys', 'passwords', 'file-modes', 'repository'],
  datastores: [
    'hot-store',
    'hot-store-eviction',
    'hot-store-headroom',
    'postgres',
    'postgres-migration',
    'postgres-headroom',
    'messaging',
    'messaging-streams',
    'backups',
  ],
  gates: ['install', 'unit', 'integration', 'projector', 'edge-check', 'edge-test'],
  runtime: [
    'health',
    'storage',
    'status',
    'version',
    'metrics',
    'configuration-matches',
    'reachable',
    'rejects-missing-token',
    'rejects-forged-token',
    'rejects-expired-token',
    'accepts-valid-token',
    'refuses-json',
    'reconnects',
    'edge-health',
    'edge-ready',
    'edge-metrics',
    'edge-proxies',
    'edge-limits',
  ],
}

const needs: Readonly<Record<string, readonly string[]>> = {
  'config/storage-backend': ['config/storage-mode'],
  'secrets/jwt-secret-margin': ['secrets/jwt-secret'],
  'datastores/hot-store': ['config/hot-store-url'],
  'datastores/hot-store-eviction': ['datastores/hot-store'],
  'datastores/hot-store-headroom': ['datastores/hot-store'],
  'datastores/postgres': ['config/postgres-url'],
  'datastores/postgres-migration': ['datastores/postgres'],
  'datastores/postgres-headroom': ['datastores/postgres'],
  'datastores/messaging': ['config/messaging-url'],
  'datastores/messaging-streams': ['datastores/messaging'],
  'gates/install': ['toolchain/python', 'toolchain/git-clean'],
  'gates/unit': ['gates/install'],
  'gates/integration': ['gates/unit'],
  'gates/projector': ['gates/integration', 'datastores/postgres-migration'],
  'gates/edge-check': ['toolchain/rust'],
  'gates/edge-test': ['gates/edge-check'],
  'runtime/storage': ['runtime/health', 'datastores/hot-store'],
  'runtime/status': ['runtime/health', 'runtime/storage'],
  'runtime/version': ['runtime/health'],
  'runtime/metrics': ['runtime/health'],
  'runtime/configuration-matches': ['runtime/health', 'config/storage-backend'],
  'runtime/rejects-missing-token': ['runtime/reachable'],
  'runtime/rejects-forged-token': ['runtime/reachable'],
  'runtime/rejects-expired-token': ['runtime/reachable', 'secrets/jwt-secret'],
  'runtime/accepts-valid-token': ['runtime/reachable'],
  'runtime/refuses-json': ['runtime/accepts-valid-token'],
  'runtime/edge-ready': ['runtime/edge-health'],
  'runtime/edge-metrics': ['runtime/edge-health'],
  'runtime/edge-proxies': ['runtime/edge-ready', 'datastores/messaging'],
}

type Change = Partial<CheckResult>

/** What is not plainly green; 8 of them red: two failures, a silence, an error, and four that wait for those. */
const changes: Readonly<Record<string, Change>> = {
  'config/protocol': {
    status: 'fail',
    title: 'infrastructure traffic is protobuf',
    message: 'infrastructure protocol is json',
    failedExpectations: [
      {
        that: 'facts.set && facts.value == "protobuf"',
        message: 'infrastructure protocol is json',
        values: { 'facts.set': true, 'facts.value': 'json' },
      },
    ],
    facts: { set: true, empty: false, valid: true, value: 'json' },
    fix: 'set `DEMO_INFRA_PROTOCOL=protobuf` in the environment file and start the bus again',
    why: 'the bus refuses to start in staging and prod otherwise',
    definition: { file: 'checks/demo/config.yaml', line: 42 },
    subject: { file: 'deploy/prod.env', line: 7, variable: 'DEMO_INFRA_PROTOCOL' },
  },
  'secrets/jwt-secret': {
    status: 'fail',
    title: "the edge's token secret cannot be guessed",
    message:
      'JWT_SECRET is weak: it has fewer than 32 bytes, and is published in documentation, a standard or a tutorial',
    failedExpectations: [
      {
        that: 'size(facts.reasons) == 0',
        message:
          'JWT_SECRET is weak: it has fewer than 32 bytes, and is published in documentation, a standard or a tutorial',
        values: { 'facts.reasons': ['too-short', 'placeholder', 'published-key'] },
      },
    ],
    facts: {
      set: true,
      empty: false,
      bytes: '<32',
      bytesAtLeast: 0,
      bits: '<40',
      reasons: ['too-short', 'placeholder', 'published-key'],
      layer: 'raw',
      fingerprint: '4cbbafa16d5e',
      inRepository: [],
    },
    fix: 'generate one with `openssl rand -base64 48`, put it into the secret store, restart the edge, and let every issuer of tokens have it',
    why: 'one captured token lets anybody try secrets offline without limit',
  },
  'datastores/hot-store': {
    status: 'timeout',
    class: 'dependency',
    title: 'the hot store answers, and takes writes',
    message: 'no answer within 2.0s; reached: connect, next: hello',
    facts: {
      reached: 'connect',
      problem: { code: 'none', class: 'dependency', transient: true, detail: '' },
      address: '10.4.0.17:6379',
      server: { name: '', version: '' },
    },
    attempts: 2,
    durationMs: 4150,
    fix: 'find out why the server accepts connections and says nothing (`redis-cli -h … info`, its log, its memory)',
    why: 'what the bus holds in memory is lost at its next restart otherwise',
  },
  'runtime/edge-metrics': {
    status: 'error',
    class: 'code',
    title: 'the edge publishes its metrics',
    message:
      'the body is no metrics: line 3 column 1: unexpected "<" (502 Bad Gateway from a proxy in between: <html><head><title>502</title></head>)',
    facts: {
      reached: 'body',
      status: 502,
      headers: { 'content-type': 'text/html', via: '1.1 proxy-a' },
      body: '<html><head><title>502</title></head></html>',
    },
    fix: 'look at the log of the edge at the time of the request',
    why: 'alerts are computed from them',
  },
  'secrets/jwt-secret-margin': {
    status: 'warn',
    severity: 'advisory',
    blockedBy: 'secrets/jwt-secret',
    message: 'could not be evaluated: blocked by demo/secrets/jwt-secret',
  },
  'datastores/hot-store-eviction': {
    status: 'blocked',
    blockedBy: 'datastores/hot-store',
    message: 'blocked by demo/datastores/hot-store',
  },
  'runtime/storage': {
    status: 'blocked',
    blockedBy: 'datastores/hot-store',
    message: 'blocked by demo/datastores/hot-store',
  },
  'runtime/status': {
    status: 'blocked',
    blockedBy: 'datastores/hot-store',
    message: 'blocked by demo/datastores/hot-store (through demo/runtime/storage)',
  },
  'runtime/rejects-expired-token': {
    status: 'blocked',
    blockedBy: 'secrets/jwt-secret',
    message: 'blocked by demo/secrets/jwt-secret',
  },
  'datastores/hot-store-headroom': {
    status: 'warn',
    severity: 'advisory',
    blockedBy: 'datastores/hot-store',
    message: 'could not be evaluated: blocked by demo/datastores/hot-store',
  },
  'config/log-level': {
    status: 'warn',
    severity: 'advisory',
    message: 'failed: the log level is DEBUG',
    failedExpectations: [
      { that: 'facts.value != "DEBUG"', message: 'the log level is DEBUG', values: { 'facts.value': 'DEBUG' } },
    ],
    facts: { set: true, value: 'DEBUG' },
  },
  'toolchain/git-clean': {
    status: 'waived',
    message: '3 files differ from the commit',
    waiver: {
      reason: 'the generated schemas are committed with the next release',
      owner: 'platform',
      ticket: 'OPS-1421',
      expires: '2026-03-01',
    },
  },
  'config/policy-module': {
    status: 'not-applicable',
    message: 'its condition is false: has(env.POLICY_WASM_PATH) (env.POLICY_WASM_PATH is absent)',
  },
  'config/trace-export': {
    status: 'not-applicable',
    message: 'its condition is false: inputs.tracing (inputs.tracing is false)',
  },
}

const stageBegins: Readonly<Record<Stage, number>> = {
  toolchain: 0,
  config: 40,
  secrets: 90,
  datastores: 160,
  gates: 4400,
  runtime: 31_000,
}
const neverStarted: ReadonlySet<string> = new Set(['blocked', 'not-applicable'])
const began = Date.parse('2026-02-03T09:30:00.250Z')

/** A run of 60 checks over half a minute, 8 of them red. */
export function sixtyChecks(): ResultDocument {
  const checks = stages.flatMap((stage) => names[stage].map((name, index) => checkOf(stage, name, index)))
  const counts = {
    declared: 60,
    deselected: 0,
    selected: 60,
    pass: 0,
    warn: 0,
    fail: 0,
    error: 0,
    timeout: 0,
    blocked: 0,
    waived: 0,
    notApplicable: 0,
  }
  for (const { status } of checks) counts[countNames[status]] += 1
  return resultDocumentSchema.parse({
    schemaVersion: 1,
    tool: { name: 'preflight', version: '0.1.0' },
    state: 'complete',
    run: {
      id: '5ad335f3-d9f7-4d74-b7c3-0965f6e68ca2',
      startedAt: '2026-02-03T09:29:59.900Z',
      finishedAt: '2026-02-03T09:30:34.100Z',
      durationMs: 34_200,
      profile: 'prod',
      deployment: 'eu-west',
      host: 'ops-1.example.net',
      definitionsDigest: '00e271d61656c21d485a23cb1b47cffa46d6ee6681552e62858289dbf7d5b6f8',
      git: { commit: '7aae228300e877fead22a09d6c9753aa13a67f63', dirty: true },
      selection: { selectors: [], stages: [], skipped: [], deselectedIds: [] },
    },
    verdict: 'no-go',
    exitCode: 1,
    counts,
    checks,
    notices: ['the waiver of demo/toolchain/git-clean ends on 2026-03-01'],
  })
}

function checkOf(stage: Stage, name: string, index: number): CheckResult {
  const key = `${stage}/${name}`
  const change = changes[key] ?? {}
  const status = change.status ?? 'pass'
  const isStarted = !neverStarted.has(status) && change.blockedBy === undefined
  const typical = stage === 'gates' ? 4300 : 6 + ((index * 37) % 90)
  const start = stageBegins[stage] + (stage === 'gates' ? index * 4350 : (index % 8) * 4 + Math.floor(index / 8) * 95)
  return {
    id: `demo/${key}`,
    title: `what ${name.replaceAll('-', ' ')} stands for is as it should be`,
    stage,
    severity: (['blocker', 'critical', 'high'] as const)[index % 3] ?? 'high',
    class: stage === 'gates' ? 'code' : stage === 'datastores' ? 'dependency' : 'config',
    status,
    message: '',
    facts: status === 'pass' ? { set: true, empty: false, value: `the value of ${name}`, took: typical } : {},
    failedExpectations: [],
    waiver: null,
    why: 'the services count on it',
    fix: `put ${name} right`,
    source: 'docs/runbooks/production_preflight.md',
    attempts: isStarted ? 1 : 0,
    startedAt: isStarted ? new Date(began + start).toISOString() : null,
    durationMs: isStarted ? typical : 0,
    ...change,
    needs: (needs[key] ?? []).map((id) => `demo/${id}`),
    blockedBy: change.blockedBy === undefined ? null : `demo/${change.blockedBy}`,
  }
}
