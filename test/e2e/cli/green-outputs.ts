/** Flags of a run that writes every kind of file which may say go, with a key for the attestation in `key.pem`. */
export const outputs = [
  '--output',
  'result.json',
  '--report',
  'junit=report.xml',
  '--report',
  'prometheus=metrics.prom',
  '--report',
  'short=short.txt',
  '--attest',
  'key.pem',
  '--attestation',
  'go.att.json',
  '--subject',
  `app@sha256:${'0'.repeat(64)}`,
]
export const names = ['result.json', 'report.xml', 'metrics.prom', 'short.txt', 'go.att.json']

/** Whether a file says that the deployment may go live. */
export const isGreen: Readonly<Record<string, (text: string) => boolean>> = {
  'result.json': (text) => text.includes('"verdict": "go"'),
  'report.xml': (text) => /<testsuites [^>]*failures="0" errors="0"/.test(text),
  'metrics.prom': (text) => /^preflight_go 1$/m.test(text),
  'short.txt': (text) => text.startsWith('preflight: GO'),
  'go.att.json': (text) => (JSON.parse(text) as { readonly signatures: readonly unknown[] }).signatures.length > 0,
}
