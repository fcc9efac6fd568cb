/** What Shield does against its contract. Changed while it runs. In its contractual form every switch is off. */
export interface ShieldMisbehaviour {
  /**
   * `off` lets everybody in; a number refuses everybody with that status; `other-reason` refuses with 401 and another
   * body.
   */
  authentication: 'contract' | 'off' | 'other-reason' | 403 | 500
  acceptsUnsigned: boolean
  acceptsExpired: boolean
  acceptsForged: boolean
  /** Takes an Authorization header that is no `Bearer` token for a good one. */
  acceptsMalformedAuthorization: boolean
  /** `off` lets every frame through; `refuses-all` none. */
  schema: 'contract' | 'off' | 'refuses-all'
  /**
   * `echo-only` publishes nothing; `publish-only` echoes nothing; `altered` publishes other bytes; `other-subject`
   * elsewhere.
   */
  relay: 'contract' | 'echo-only' | 'publish-only' | 'altered' | 'other-subject'
  /**
   * `no-upgrade` accepts the connection and never answers; `no-frames` upgrades and then ignores every frame; `closes`
   * upgrades and hangs up.
   */
  webSocket: 'contract' | 'no-upgrade' | 'no-frames' | 'closes'
  metrics: 'contract' | 'garbage' | 'html' | 'error' | 'silent'
}

/** A Shield that keeps to its contract. */
export function contractualShield(): ShieldMisbehaviour {
  return {
    authentication: 'contract',
    acceptsUnsigned: false,
    acceptsExpired: false,
    acceptsForged: false,
    acceptsMalformedAuthorization: false,
    schema: 'contract',
    relay: 'contract',
    webSocket: 'contract',
    metrics: 'contract',
  }
}
