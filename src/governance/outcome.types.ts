import { registerEnumType } from '@nestjs/graphql';

export enum OutcomeName {
  APPROVED = 'APPROVED',
  APPROVED_WITH_CHANGES = 'APPROVED_WITH_CHANGES',
  REJECTED = 'REJECTED',
  DEFERRED = 'DEFERRED',
  NOTED = 'NOTED',
}
registerEnumType(OutcomeName, {
  name: 'Outcome',
  valuesMap: {
    APPROVED: { description: '承認' },
    APPROVED_WITH_CHANGES: { description: '修正のうえ承認' },
    REJECTED: { description: '否決' },
    DEFERRED: { description: '継続審議' },
    NOTED: { description: '了承' },
  },
});
