// AWS Security Finding Format (docs.aws.amazon.com/securityhub/1.0/APIReference/API_AwsSecurityFinding.html): what
// BatchImportFindings takes, so that whoever gets it hands it on as it is. A case is one finding, archived when the case
// ends. Severity and types stand twice: a provider's own are what later imports may change. What its workflow is, Security
// Hub takes with a new finding only; from then on its own people say.

import type { Event } from '../core/records-events.ts';
import type { Reason } from '../core/refusal.ts';
import {
  type CaseNews,
  descriptionOf,
  isCaseNews,
  isClosed,
  openedAt,
  type Standing,
  severityOf,
  standingOf,
  titleOf,
} from './case-news.ts';
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
  const Severity = { Label: severityOf(news).toUpperCase(), Original: originalOf(news) };
  const Types = [news.reason === undefined ? UNSAID : TYPES[news.reason]];
  return {
    SchemaVersion: '2018-10-08',
    Id: `${arn}/case/${news.caseId}`,
    ProductArn: arn,
    GeneratorId: 'spoorloos',
    AwsAccountId: account,
    ...{ Types, Severity, FindingProviderFields: { Severity, Types } },
    CreatedAt: openedAt(news) ?? news.at,
    UpdatedAt: news.at,
    Title: titleOf(news),
    Description: descriptionOf(news),
    Workflow: { Status: WORKFLOW[standingOf(news)] },
    RecordState: isClosed(news) ? 'ARCHIVED' : 'ACTIVE',
    Resources: [
      {
        Type: 'Other',
        Id: `spoorloos/case/${news.caseId}`,
        Region: region,
        // What becomes of a case names no document.
        ...(news.type !== 'Case Changed' && {
          Details: { Other: { key: detail(news.key), versionId: detail(news.versionId) } },
        }),
      },
    ],
  };
}

/** Where the case stands, or why it is there. */
function originalOf(news: CaseNews): string {
  if (news.type === 'Document Released') return 'released';
  return news.type === 'Case Changed' && isClosed(news) ? news.to : news.reason;
}

const WORKFLOW: Readonly<Record<Standing, string>> = {
  new: 'NEW',
  'in-progress': 'NOTIFIED',
  suppressed: 'SUPPRESSED',
  resolved: 'RESOLVED',
};

// A value has 1,024 letters at most, and some of them count twice.
const MAX_DETAIL = 512;
const detail = (text: string) => [...shown(text)].slice(0, MAX_DETAIL).join('');

/** Of a release whose waiver is from before it said why. */
const UNSAID = 'Unusual Behaviors/Data';
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
