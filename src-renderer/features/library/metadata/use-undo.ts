// Taking a batch back, and saying so.
import { useTranslation } from 'react-i18next'
import { client, useAction } from '../../../client'
import { showDone } from '../../../ui'

export function useUndo(): (batchId: number) => Promise<boolean | undefined> {
  const { t } = useTranslation('metadata')
  const [undo] = useAction(async (batchId: number) => {
    await client.metadata.batch.undo({ batchId })
    showDone(t('batches.undoing'))
    return true
  })
  return undo
}
