import { aegisFault, type AegisFault } from './aegis-fault.js'

/** The host that Aegis runs on, and what scans its code. */
export const surroundingFaults: readonly AegisFault[] = [
  aegisFault({
    name: 'aegis-memory-used-up',
    group: 'host',
    title: 'more of the memory is in use than may be',
    class: 'dependency',
    inputs: { 'aegis.memory_percent': '0' },
    outcomes: { 'runtime/host': 'fail' },
    says: 'percent of the memory are in use',
  }),
  aegisFault({
    name: 'aegis-disk-full',
    group: 'host',
    title: 'less of the disk is free than must be',
    class: 'dependency',
    inputs: { 'aegis.disk_free_percent': '101' },
    outcomes: { 'runtime/disk': 'fail' },
    says: 'percent of the disk are free',
  }),
  aegisFault({
    name: 'aegis-code-with-a-finding',
    group: 'scans',
    title: 'bandit finds something in the code',
    class: 'code',
    breakIt: ({ programs }) => programs.find('bandit', 1, 'Issue: [B105:hardcoded_password_string]'),
    mend: ({ programs }) => programs.reset(),
    outcomes: { 'scans/bandit': 'warn' },
    says: 'B105',
  }),
  aegisFault({
    name: 'aegis-scanner-absent',
    group: 'scans',
    title: 'safety is not installed',
    class: 'dependency',
    breakIt: ({ programs }) => programs.remove('safety'),
    mend: ({ programs }) => programs.reset(),
    outcomes: { 'scans/safety': 'warn' },
    says: 'not scanned',
  }),
  aegisFault({
    name: 'aegis-dependency-with-a-weakness',
    group: 'scans',
    title: 'pip-audit finds a weakness in a dependency',
    class: 'code',
    breakIt: ({ programs }) => programs.find('pip-audit', 1, 'python-jose 3.3.0 PYSEC-2024-232'),
    mend: ({ programs }) => programs.reset(),
    outcomes: { 'scans/pip-audit': 'warn' },
    says: 'PYSEC-2024-232',
  }),
]
