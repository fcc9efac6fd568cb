import { textAt } from './manifests.js'
import type { Container } from './workload.js'

/** The value of a `fieldRef` that the manifest already tells; `undefined` for what the cluster decides. */
export function podField({ workload, pod }: Container, fieldPath: string): string | undefined {
  const [, part, key] = /^metadata\.(labels|annotations)\['([^']+)'\]$/.exec(fieldPath) ?? []
  if (part !== undefined && key !== undefined) return textAt(pod, ['metadata', part, key])
  if (fieldPath === 'metadata.namespace') return workload.namespace
  if (fieldPath === 'metadata.name') return workload.kind === 'Pod' ? workload.name : undefined
  return fieldPath === 'spec.serviceAccountName' ? textAt(pod, ['spec', 'serviceAccountName']) : undefined
}
