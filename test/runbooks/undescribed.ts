import { z } from 'zod'
import { authorSchema } from '../../scripts/reference/json-schema.js'

interface Described {
  readonly description?: string
  readonly properties?: Readonly<Record<string, Described>>
  readonly anyOf?: readonly Described[]
}

/** The first-level fields of a kind's input and facts that no text describes, in any of their alternatives. */
export function undescribedFields({
  input,
  facts,
}: {
  readonly input: z.ZodType
  readonly facts: z.ZodType
}): readonly string[] {
  return [authorSchema(input), z.toJSONSchema(facts, { io: 'input', unrepresentable: 'any' })].flatMap((schema) =>
    undescribed(schema as Described),
  )
}

function undescribed(schema: Described): readonly string[] {
  const own = Object.entries(schema.properties ?? {})
    .filter(([, field]) => (field.description ?? '') === '')
    .map(([field]) => field)
  return [...own, ...(schema.anyOf ?? []).flatMap(undescribed)]
}
