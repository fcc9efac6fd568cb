const largestPayloadBytes = 262_144
const probableSecret = /(?:password|secret|token|api[_-]?key)["']?\s*[:=]\s*["']?[^\s"']{8}|AKIA[0-9A-Z]{16}|-----BEGIN [A-Z ]{0,20}PRIVATE KEY-----/i

/** The reason code with which enforcing inspection blocks a frame; undefined when it lets it pass. */
export function inspect(frame: Buffer): string | undefined {
  if (frame.length > largestPayloadBytes) return 'CASIL_POLICY_OVERSIZE'
  return probableSecret.test(frame.subarray(0, 65_536).toString('latin1')) ? 'CASIL_POLICY_BLOCKED_SECRET' : undefined
}
