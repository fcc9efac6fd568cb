import { z } from 'zod'

const sha256 = /^[0-9a-f]{64}$/
/** SHA-1 or SHA-256, whichever the repository uses. */
const commitId = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/

/** What is deployed, by a digest of it: in-toto's ResourceDescriptor, with the digests that are used here. */
export const subjectSchema = z.strictObject({
  name: z.string().min(1).max(1000).optional(),
  digest: z.union([
    z.strictObject({ sha256: z.string().regex(sha256) }),
    z.strictObject({ gitCommit: z.string().regex(commitId) }),
  ]),
})
export type Subject = Readonly<z.infer<typeof subjectSchema>>

/** Reads `name@sha256:…`, or `sha256:…` for a digest under any name; `undefined` for what is neither. */
export function parseSubject(text: string): Subject | undefined {
  const [, name, digest = ''] = /^(?:(.+)@)?sha256:([0-9a-f]+)$/s.exec(text) ?? []
  if (!sha256.test(digest)) return undefined
  const parsed = subjectSchema.safeParse({ ...(name === undefined ? {} : { name }), digest: { sha256: digest } })
  return parsed.data
}

/** The subject that a whole commit id stands for; `undefined` for an abbreviated one, a branch or a tag. */
export function commitSubject(commit: string): Subject | undefined {
  return commitId.test(commit) ? { digest: { gitCommit: commit } } : undefined
}

/** `name@sha256:…`, `sha256:…`, `commit …`. */
export function subjectText({ name, digest }: Subject): string {
  if ('gitCommit' in digest) return `commit ${digest.gitCommit}`
  return `${name === undefined ? '' : `${name}@`}sha256:${digest.sha256}`
}

/** Whether what is attested is what is wanted. A digest says what it is; a name counts only where one is wanted. */
export function isSubject(wanted: Subject, attested: Subject): boolean {
  if ('gitCommit' in wanted.digest)
    return 'gitCommit' in attested.digest && attested.digest.gitCommit === wanted.digest.gitCommit
  return (
    'sha256' in attested.digest &&
    attested.digest.sha256 === wanted.digest.sha256 &&
    (wanted.name === undefined || wanted.name === attested.name)
  )
}
