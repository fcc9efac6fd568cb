import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { SelfTest } from '../../engine/self-test.js'

/**
 * A FileDescriptorSet of one file, `package app.v1; message Order {}`: field 1 (file) { 1 (name) `a`, 2 (package)
 * `app.v1`, 4 (message_type) { 1 (name) `Order` } }, by google/protobuf/descriptor.proto.
 */
const orderSchema = Buffer.from(
  '0a140a01611206' + Buffer.from('app.v1').toString('hex') + '22070a05' + Buffer.from('Order').toString('hex'),
  'hex',
)

async function written(path: string, bytes: Uint8Array): Promise<{ readonly input: unknown }> {
  await writeFile(path, bytes, { mode: 0o600 })
  return { input: { path } }
}

export const selfTest: SelfTest = {
  kind: 'descriptor',
  expect: 'facts.parsable && "app.v1.Order" in facts.messages',
  cases: [
    {
      meets: 'a schema with the message',
      end: 'pass',
      arrange: ({ folder }) => written(join(folder, 'order.desc'), orderSchema),
    },
    {
      meets: 'a file that is not a schema',
      end: 'fail',
      arrange: ({ folder }) => written(join(folder, 'text.desc'), Buffer.from('message Order {}')),
    },
    {
      meets: 'a path that does not exist',
      end: 'fail',
      arrange: ({ folder }) => ({ input: { path: join(folder, 'nothing') } }),
    },
    {
      meets: 'an impossible path',
      end: 'unknown',
      arrange: ({ folder }) => ({ input: { path: `${folder}\0` } }),
    },
  ],
}
