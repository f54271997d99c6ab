// AWS Security Finding Format (docs.aws.amazon.com/securityhub/1.0/APIReference/API_AwsSecurityFinding.html): what
// BatchImportFindings takes, so that whoever gets it hands it on as it is. A case is one finding, archived when its
// document is released. Severity and types stand twice: a provider's own are what later imports may change.

import type { Event } from '../core/records-events.ts';
import type { Reason } from '../core/refusal.ts';
import { type CaseNews, descriptionOf, isCaseNews, severityOf, titleOf } from './case-news.ts';
import { shown } from './chats.ts';

/** Whose findings these are: `product/<account>/default` is everybody's own. */
export type Product = {
  readonly arn: string;
  readonly region: string;
  readonly account: string;
};

const PRODUCT = /^arn:aws[a-z-]*:securityhub:([a-z0-9-]+):(\d{12}):product\/[\w-]+\/[\w-]+$/;

/** Undefined where it is no ARN of a product in an account. */
export function productOf(arn: string): Product | undefined {
  const [, region, account] = PRODUCT.exec(arn) ?? [];
  return region && account ? { arn, region, account } : undefined;
}

/** What BatchImportFindings takes, with one finding. Undefined for what is none. */
export function asffOf(event: Event, product: Product): Readonly<Record<string, unknown>> | undefined {
  return isCaseNews(event) ? { Findings: [findingOf(event, product)] } : undefined;
}

function findingOf(news: CaseNews, { arn, region, account }: Product): Readonly<Record<string, unknown>> {
  const isOpened = news.type === 'Document Quarantined';
  const Severity = { Label: severityOf(news).toUpperCase(), Original: isOpened ? news.reason : 'released' };
  const Types = isOpened ? [TYPES[news.reason]] : [RELEASED];
  return {
    SchemaVersion: '2018-10-08',
    Id: `${arn}/case/${news.caseId}`,
    ProductArn: arn,
    GeneratorId: 'spoorloos',
    AwsAccountId: account,
    ...{ Types, Severity, FindingProviderFields: { Severity, Types } },
    CreatedAt: news.at,
    UpdatedAt: news.at,
    Title: titleOf(news),
    Description: descriptionOf(news),
    RecordState: isOpened ? 'ACTIVE' : 'ARCHIVED',
    Resources: [
      {
        Type: 'Other',
        Id: `spoorloos/case/${news.caseId}`,
        Region: region,
        Details: { Other: { key: detail(news.key), versionId: detail(news.versionId) } },
      },
    ],
  };
}

// A value has 1,024 letters at most, and some of them count twice.
const MAX_DETAIL = 512;
const detail = (text: string) => [...shown(text)].slice(0, MAX_DETAIL).join('');

const RELEASED = 'Unusual Behaviors/Data';
// docs.aws.amazon.com/securityhub/latest/userguide/securityhub-findings-format-type-taxonomy.html
const TYPES: Readonly<Record<Reason, string>> = {
  malware: 'TTPs/Initial Access',
  'active-content': 'TTPs/Execution',
  'personal-data': 'Sensitive Data Identifications/PII',
  'failed-redaction': 'Effects/Data Exposure',
  'hidden-content': 'Effects/Data Exposure',
  unverified: 'Unusual Behaviors/Data',
  crashed: 'Unusual Behaviors/Data',
  encrypted: 'Unusual Behaviors/Data',
  malformed: 'Unusual Behaviors/Data',
  unsupported: 'Unusual Behaviors/Data',
  'legacy-format': 'Unusual Behaviors/Data',
  'not-scanned': 'Unusual Behaviors/Data',
  limit: 'Unusual Behaviors/Data',
  timeout: 'Unusual Behaviors/Data',
};
