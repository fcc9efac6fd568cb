/** A limit, or two, that a written runbook gives for one figure. */
export interface Limits {
  /** The rows of the inventory that give it. */
  readonly rows: string
  readonly figure: string
  /** What must hold of `value`; otherwise the check fails. */
  readonly expect?: string
  /** What must hold of it; otherwise the check warns. */
  readonly warn?: string
  /** Values just below, at and just above each limit, each with the status of the check. */
  readonly seen: string
  /** What the text leaves open, and how it is decided. */
  readonly decided?: string
}

/** Every limit of the written runbooks that is a number. The packs of their systems are held to the same table. */
export const limits: readonly Limits[] = [
  {
    rows: '000-15',
    figure: 'connections of 1000 possible ones',
    expect: 'value * 100.0 <= 80.0 * 1000.0',
    seen: '799 pass, 800 pass, 801 fail',
    decided: 'the only limit is that of an alert, so what passes it fails',
  },
  {
    rows: '001-11, 001-42',
    figure: 'percent of the processors',
    expect: 'value <= 80.0',
    seen: '79.9 pass, 80 pass, 80.1 fail',
  },
  {
    rows: '001-11, 001-42',
    figure: 'percent of the memory',
    expect: 'value <= 85.0',
    seen: '84.9 pass, 85 pass, 85.1 fail',
  },
  {
    rows: '001-11',
    figure: 'percent of the disk that is free',
    expect: 'value >= 10.0',
    seen: '9.9 fail, 10 pass, 10.1 pass',
  },
  {
    rows: '001-12, 001-41, 001-42',
    figure: 'milliseconds of a response',
    expect: 'value <= 2000.0',
    warn: 'value < 500.0',
    seen: '499 pass, 500 warn, 501 warn, 1999 warn, 2000 warn, 2001 fail',
    decided:
      'from the target to the alert it is a warning; 2 s is a warning in 001-12 and an alert in 001-42: the stricter counts',
  },
  {
    rows: '001-12',
    figure: 'milliseconds of a query',
    warn: 'value <= 1000.0',
    seen: '999 pass, 1000 pass, 1001 warn',
    decided:
      'a warning alert is a warning; a pool that is used much has no number in the text, and is judged by the headroom of 002-26',
  },
  {
    rows: '001-41, 001-42',
    figure: 'percent of requests that fail',
    expect: 'value <= 5.0',
    warn: 'value < 1.0',
    seen: '0.9 pass, 1 warn, 1.1 warn, 4.9 warn, 5 warn, 5.1 fail',
    decided: 'from the target to the alert it is a warning',
  },
  {
    rows: '002-08',
    figure: 'messages in the queue',
    warn: 'value <= 10000.0',
    seen: '9999 pass, 10000 pass, 10001 warn',
    decided: 'a backlog is looked into; nothing in the text calls it a failure',
  },
  {
    rows: '002-08',
    figure: 'milliseconds of an agent',
    warn: 'value <= 100.0',
    seen: '99 pass, 100 pass, 101 warn',
    decided: 'a slow agent is looked into; nothing in the text calls it a failure',
  },
  {
    rows: '002-17',
    figure: 'days that the certificate stays valid',
    expect: 'value > 0.0',
    warn: 'value >= 30.0',
    seen: '-1 fail, 0 fail, 1 warn, 29 warn, 30 pass, 31 pass',
    decided: 'the text has 25 days as a warning and no other number: below 30 it is one, and on the last day it fails',
  },
  {
    rows: '002-26',
    figure: 'percent of resources that is free',
    warn: 'value >= 20.0',
    seen: '19.9 warn, 20 pass, 20.1 pass',
    decided: 'headroom is good practice, so less of it is a warning',
  },
  {
    rows: '004-12, 004-14, 004-15, 004-16',
    figure: 'milliseconds of the health page',
    expect: 'value <= 2000.0',
    warn: 'value < 500.0',
    seen: '499 pass, 500 warn, 501 warn, 999 warn, 1000 warn, 1001 warn, 1999 warn, 2000 warn, 2001 fail',
    decided: '500 ms to 1 s is neither healthy in 004-14 nor degraded in 004-15: a warning, as in 004-12',
  },
  {
    rows: '004-12',
    figure: 'milliseconds of the API',
    expect: 'value <= 1000.0',
    warn: 'value < 200.0',
    seen: '199 pass, 200 warn, 201 warn, 999 warn, 1000 warn, 1001 fail',
    decided: 'over 1 s is degraded in 004-15 and critical in 004-12: the stricter counts for the API',
  },
  {
    rows: '004-12, 004-14, 004-16',
    figure: 'percent of the memory',
    expect: 'value <= 85.0',
    warn: 'value < 70.0',
    seen: '69.9 pass, 70 warn, 70.1 warn, 84.9 warn, 85 warn, 85.1 fail',
    decided: 'exhaustion in 004-16 has no number: the critical one of 004-12',
  },
  {
    rows: '004-12, 004-14, 004-16',
    figure: 'percent of the processors',
    expect: 'value <= 80.0',
    warn: 'value < 60.0',
    seen: '59.9 pass, 60 warn, 60.1 warn, 79.9 warn, 80 warn, 80.1 fail',
    decided: 'exhaustion in 004-16 has no number: the critical one of 004-12',
  },
  {
    rows: '004-12',
    figure: 'percent of requests that fail',
    expect: 'value <= 5.0',
    warn: 'value < 1.0',
    seen: '0.9 pass, 1 warn, 1.1 warn, 4.9 warn, 5 warn, 5.1 fail',
  },
  {
    rows: '004-12',
    figure: 'minutes of a build',
    expect: 'value <= 40.0',
    warn: 'value < 30.0',
    seen: '29 pass, 30 warn, 31 warn, 39 warn, 40 warn, 41 fail',
  },
  {
    rows: '004-14, 004-16',
    figure: 'status of the health page',
    expect: 'value < 500.0',
    warn: 'value == 200.0',
    seen: '199 warn, 200 pass, 201 warn, 499 warn, 500 fail, 501 fail',
    decided: 'another answer than 200 below 500 is neither healthy nor unhealthy: a warning',
  },
]
