/**
 * What the bus does against its contract. Changed while it runs; every new request and connection looks at it. In its
 * contractual form every switch is off.
 */
export interface BusMisbehaviour {
  /**
   * `off` lets everybody in; a number refuses everybody with that HTTP status; `redirect` sends the upgrade elsewhere.
   */
  authentication: 'contract' | 'off' | 'redirect' | 403 | 500
  acceptsUnsigned: boolean
  acceptsExpired: boolean
  acceptsForged: boolean
  /**
   * Takes JSON frames, and greets in one, although JSON is forbidden: as if it had been started with
   * ARQONBUS_ALLOW_JSON_INFRA=true.
   */
  acceptsJson: boolean
  /** Answers JSON frames with an error of another code. */
  refusesJsonForAnotherReason: boolean
  /** As a version that has no webhooks, jobs, stored keys, history commands and Omega lane. */
  isBeforeOperatorCommands: boolean
  /**
   * What becomes of a message in a room. `unanswered`: it is kept, and the sender hears nothing; `unkept`: the sender
   * hears that all is well; `another-room` and `altered`: kept in another room, or with another content;
   * `without-content`: the history has an entry for it, and nothing in that.
   */
  rooms: 'contract' | 'unanswered' | 'unkept' | 'another-room' | 'altered' | 'without-content'
  /**
   * `no-upgrade` accepts the connection and never answers; `no-frames` upgrades and then says nothing; `closes`
   * upgrades and hangs up.
   */
  webSocket: 'contract' | 'no-upgrade' | 'no-frames' | 'closes'
  health: 'contract' | 'unhealthy' | 'html' | 'empty' | 'redirect' | 'endless' | 'silent' | 'error'
  status: 'contract' | 'degraded' | 'storage-false' | 'storage-unhealthy' | 'storage-health-false' | 'error' | 'silent'
  storageStats: 'contract' | 'degraded' | 'stranger' | 'missing'
  version: 'contract' | 'missing' | 'empty'
  /** `other-names` has the name of the written runbook in place of the page's own. */
  metrics: 'contract' | 'garbage' | 'prometheus' | 'negative' | 'other-names' | 'stranger' | 'error'
  /** `other-names`: the page works, and has the names that the operations runbook promises. */
  prometheus: 'contract' | 'other-names'
  configuration: 'contract' | 'other-telemetry' | 'error'
  /**
   * `silent` upgrades and says nothing; `refuses` answers the upgrade with 503; `no-upgrade` accepts and never answers;
   * `mute-to-ping` greets only.
   */
  telemetry: 'contract' | 'silent' | 'refuses' | 'no-upgrade' | 'mute-to-ping'
}

/** A bus that keeps to its contract. */
export function contractualBus(): BusMisbehaviour {
  return {
    authentication: 'contract',
    acceptsUnsigned: false,
    acceptsExpired: false,
    acceptsForged: false,
    acceptsJson: false,
    refusesJsonForAnotherReason: false,
    isBeforeOperatorCommands: false,
    rooms: 'contract',
    webSocket: 'contract',
    health: 'contract',
    status: 'contract',
    storageStats: 'contract',
    version: 'contract',
    metrics: 'contract',
    prometheus: 'contract',
    configuration: 'contract',
    telemetry: 'contract',
  }
}
