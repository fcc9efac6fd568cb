import { expect, it } from 'vitest'
import { factTypeOf } from '../../../src/base/facts.js'
import { probeRegistry } from '../../../src/engine/folder-registry.js'
import { observe } from './observe.js'

/**
 * Kinds without a guard: nothing they look at is a problem to them. What they say where there is nothing must be the
 * worst that there is, or empty; of each fact of a truth value or a number, which that is.
 */
const worst: Readonly<Record<string, { readonly input: unknown; readonly facts: Readonly<Record<string, unknown>> }>> =
  {
    file: {
      input: { path: '/no/such/path' },
      facts: {
        exists: false,
        isJson: false,
        readable: false,
        writableByOthers: true,
        readableByOthers: true,
        size: 0,
        ownerUid: -1,
        ageSeconds: Number.MAX_SAFE_INTEGER,
      },
    },
    certificate: {
      input: { path: '/no/such/path' },
      facts: {
        exists: false,
        parsable: false,
        count: 0,
        isAuthority: false,
        selfSigned: false,
        started: false,
        daysLeft: Number.MIN_SAFE_INTEGER,
        leastDaysLeft: Number.MIN_SAFE_INTEGER,
        inOrder: false,
        chainTrusted: false,
        keyMatches: false,
        keyPrivate: false,
      },
    },
    files: {
      input: { folder: '/no/such/path' },
      facts: {
        exists: false,
        count: 0,
        totalBytes: 0,
        leastBytes: 0,
        newestAgeSeconds: Number.MAX_SAFE_INTEGER,
        newestBytes: 0,
        newestReadable: false,
        oldestAgeSeconds: Number.MAX_SAFE_INTEGER,
        fromFuture: 0,
      },
    },
    host: {
      input: { window: '1ms', 'proc-root': '/no/such/path' },
      facts: {
        cpuKnown: false,
        cpuBusyPercent: 100,
        cpus: 0,
        memoryKnown: false,
        memoryTotalBytes: 0,
        memoryAvailableBytes: 0,
        memoryUsedPercent: 100,
        swapTotalBytes: 0,
        swapUsedBytes: Number.MAX_SAFE_INTEGER,
        swapUsedPercent: 100,
        loadKnown: false,
        load1: Number.MAX_SAFE_INTEGER,
        load5: Number.MAX_SAFE_INTEGER,
        load15: Number.MAX_SAFE_INTEGER,
        load1PerCpu: Number.MAX_SAFE_INTEGER,
        load5PerCpu: Number.MAX_SAFE_INTEGER,
        load15PerCpu: Number.MAX_SAFE_INTEGER,
        pressureKnown: false,
        cpuPressure10sPercent: 100,
        cpuPressure60sPercent: 100,
        memoryPressure10sPercent: 100,
        memoryPressure60sPercent: 100,
        ioPressure10sPercent: 100,
        ioPressure60sPercent: 100,
        disksKnown: false,
        diskBusiestPercent: 100,
        uptimeKnown: false,
        uptimeSeconds: 0,
      },
    },
    port: {
      input: { port: 7946, 'proc-root': '/no/such/path' },
      facts: {
        known: false,
        listening: false,
        loopbackOnly: false,
        everyAddress: true,
        ipv6: false,
        sockets: 0,
        ownersKnown: false,
        pid: -1,
        uid: -1,
        oneUser: false,
      },
    },
    process: {
      input: { 'pid-file': '/no/such/path', busiest: true, window: '1ms', 'proc-root': '/no/such/path' },
      facts: {
        running: false,
        count: 0,
        totalRssBytes: Number.MAX_SAFE_INTEGER,
        pid: -1,
        ownerUid: -1,
        uptimeSeconds: 0,
        rssBytes: Number.MAX_SAFE_INTEGER,
        commandLineKnown: false,
        openFilesKnown: false,
        openFiles: Number.MAX_SAFE_INTEGER,
        openFilesLimit: 0,
        openFilesUsedPercent: 100,
        busiestKnown: false,
      },
    },
    disk: {
      input: { path: '/no/such/path' },
      facts: {
        exists: false,
        writable: false,
        totalBytes: 0,
        freeBytes: 0,
        freePercent: 0,
        inodesTotal: 0,
        inodesFree: 0,
        inodesFreePercent: 0,
      },
    },
    descriptor: { input: { path: '/no/such/path' }, facts: { exists: false, readable: false, parsable: false } },
    bind: { input: { host: 'no-such-host.invalid' }, facts: { known: false, bindable: false } },
    listeners: {
      input: { host: 'no-such-host.invalid', port: 1 },
      facts: { here: false, told: false, services: 0, connections: Number.MAX_SAFE_INTEGER },
    },
    // What these say of a variable that is not set is shown by `set`; what they do not show at all, an expectation
    // cannot read.
    env: {
      input: { name: 'NOT_SET' },
      facts: {
        set: false,
        empty: false,
        valid: false,
        assumed: false,
        int: 0,
        number: 0,
        bool: false,
        port: 0,
        hasPassword: false,
        unsentUserInfo: false,
        encrypted: false,
      },
    },
    secret: {
      input: { name: 'NOT_SET' },
      facts: {
        set: false,
        empty: false,
        bytesAtLeast: 0,
        bitsAtLeast: 0,
        humanShaped: true,
        known: true,
        filesSearched: 0,
        searchComplete: false,
        elements: 0,
      },
    },
  }

const withoutGuard = (await Promise.all(probeRegistry.names().map((name) => probeRegistry.load(name)))).filter(
  (probe) => !Object.hasOwn(probe.facts.shape, 'problem'),
)

it('knows every kind that has no guard', () => {
  expect(
    Object.keys(worst).sort(),
    '`worst` in this file must have each kind without a fact `problem`, and what is worst of each of its facts',
  ).toEqual(withoutGuard.map(({ kind }) => kind).sort())
})

it.each(withoutGuard.map((probe) => [probe.kind, probe] as const))(
  '%s says the worst of what is not there',
  async (kind, probe) => {
    const type = factTypeOf(probe.facts)
    const plain =
      type.type === 'object'
        ? Object.entries(type.fields)
            .filter(([, field]) => ['bool', 'int', 'double'].includes(field.type))
            .map(([name]) => name)
        : []
    const { input, facts } = worst[kind]!
    expect(Object.keys(facts).sort()).toEqual(plain.sort())
    expect(await observe(probe, input as never)).toMatchObject(facts)
  },
)
