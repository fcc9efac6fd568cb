import { z } from 'zod'

const keyReference = () =>
  z.strictObject({ name: z.string(), key: z.string(), optional: z.boolean().nullish() }).nullish()
const objectReference = () => z.strictObject({ name: z.string(), optional: z.boolean().nullish() }).nullish()

/** What of a container makes its environment (Kubernetes API, core/v1 Container); all else is not looked at. */
export const containerSchema = z.looseObject({
  envFrom: z
    .array(
      z.strictObject({ prefix: z.string().nullish(), configMapRef: objectReference(), secretRef: objectReference() }),
    )
    .nullish(),
  env: z
    .array(
      z.strictObject({
        name: z.string(),
        value: z.string().nullish(),
        valueFrom: z
          .strictObject({
            configMapKeyRef: keyReference(),
            secretKeyRef: keyReference(),
            fieldRef: z.strictObject({ fieldPath: z.string(), apiVersion: z.string().nullish() }).nullish(),
            resourceFieldRef: z
              .strictObject({
                resource: z.string(),
                containerName: z.string().nullish(),
                divisor: z.union([z.string(), z.number()]).nullish(),
              })
              .nullish(),
            fileKeyRef: z
              .strictObject({
                volumeName: z.string(),
                path: z.string(),
                key: z.string(),
                optional: z.boolean().nullish(),
              })
              .nullish(),
          })
          .nullish(),
      }),
    )
    .nullish(),
})

export type ContainerFields = z.output<typeof containerSchema>
export type EnvFrom = NonNullable<ContainerFields['envFrom']>[number]
export type EnvEntry = NonNullable<ContainerFields['env']>[number]
