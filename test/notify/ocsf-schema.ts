// What Open Cybersecurity Schema Framework 1.5.0 says of a Detection Finding and of a Data Security Finding, of as much as
// is used: written down from events/base_event.json, events/findings/finding.json, detection_finding.json and
// data_security_finding.json, profiles/security_control.json and objects/*.json of github.com/ocsf/ocsf-schema at 78bf68a2.

type Type = 'string' | 'integer' | 'timestamp' | 'boolean' | 'strings' | readonly [ObjectName] | ObjectName;
type ObjectName =
  | 'metadata'
  | 'product'
  | 'finding_info'
  | 'analytic'
  | 'resource_details'
  | 'policy'
  | 'data_security';
type Attribute = { readonly type: Type; readonly required?: true; readonly of?: readonly number[] };
type Attributes = Readonly<Record<string, Attribute>>;

const ONE_OF_NAME_AND_UID = ['name', 'uid'];

const OBJECTS: Readonly<Record<ObjectName, { readonly attributes: Attributes; readonly oneOf?: readonly string[] }>> = {
  metadata: {
    attributes: {
      version: { type: 'string', required: true },
      product: { type: 'product', required: true },
      profiles: { type: 'strings' },
    },
  },
  product: {
    attributes: {
      name: { type: 'string' },
      vendor_name: { type: 'string' },
      version: { type: 'string' },
    },
    oneOf: ONE_OF_NAME_AND_UID,
  },
  finding_info: {
    attributes: {
      uid: { type: 'string', required: true },
      title: { type: 'string' },
      desc: { type: 'string' },
      types: { type: 'strings' },
      created_time: { type: 'timestamp' },
      modified_time: { type: 'timestamp' },
      related_analytics: { type: ['analytic'] },
    },
  },
  analytic: {
    attributes: {
      uid: { type: 'string' },
      // 1 Rule.
      type_id: { type: 'integer', required: true, of: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 99] },
    },
    oneOf: ONE_OF_NAME_AND_UID,
  },
  resource_details: {
    attributes: {
      uid: { type: 'string' },
      name: { type: 'string' },
      type: { type: 'string' },
      version: { type: 'string' },
    },
    oneOf: ONE_OF_NAME_AND_UID,
  },
  policy: { attributes: { uid: { type: 'string' } }, oneOf: ONE_OF_NAME_AND_UID },
  // At least one of these two, and of some others one: the two below are among those.
  data_security: {
    attributes: {
      // 1 Personal.
      category_id: { type: 'integer', required: true, of: [0, 1, 2, 3, 4, 5, 6, 99] },
      // 1 Data at-Rest.
      data_lifecycle_state_id: { type: 'integer', of: [0, 1, 2, 3, 99] },
      // 2 DLP Gateway.
      detection_system_id: { type: 'integer', of: [...Array.from({ length: 13 }, (_, i) => i), 99] },
    },
    oneOf: ['data_lifecycle_state_id', 'detection_system_id'],
  },
};

export const DETECTION_FINDING: Attributes = {
  category_uid: { type: 'integer', required: true, of: [2] },
  class_uid: { type: 'integer', required: true, of: [2004] },
  // 1 Create, 2 Update, 3 Close.
  activity_id: { type: 'integer', required: true, of: [0, 1, 2, 3, 99] },
  // The class times a hundred, and the activity.
  type_uid: { type: 'integer', required: true, of: [200400, 200401, 200402, 200403, 200499] },
  time: { type: 'timestamp', required: true },
  // 1 Informational, 2 Low, 3 Medium, 4 High, 5 Critical, 6 Fatal.
  severity_id: { type: 'integer', required: true, of: [0, 1, 2, 3, 4, 5, 6, 99] },
  // 1 New, 2 In Progress, 3 Suppressed, 4 Resolved, 5 Archived.
  status_id: { type: 'integer', of: [0, 1, 2, 3, 4, 5, 99] },
  metadata: { type: 'metadata', required: true },
  finding_info: { type: 'finding_info', required: true },
  is_alert: { type: 'boolean' },
  message: { type: 'string' },
  resources: { type: ['resource_details'] },
  // Of the profile security_control. 1 Allowed, 2 Denied; 3 Quarantined, 5 Deleted, 8 Approved.
  action_id: { type: 'integer', of: [0, 1, 2, 3, 4, 99] },
  disposition_id: { type: 'integer', of: [...Array.from({ length: 28 }, (_, i) => i), 99] },
  policy: { type: 'policy' },
};

export const DATA_SECURITY_FINDING: Attributes = {
  ...DETECTION_FINDING,
  class_uid: { type: 'integer', required: true, of: [2006] },
  // Suppressed (4) is deprecated.
  activity_id: { type: 'integer', required: true, of: [0, 1, 2, 3, 99] },
  type_uid: { type: 'integer', required: true, of: [200600, 200601, 200602, 200603, 200699] },
  data_security: { type: 'data_security', required: true },
};

/** What is wrong with it: nothing that is not in the tables, nothing missing, each value of its type. */
export function faultsIn(
  value: unknown,
  attributes: Attributes = DETECTION_FINDING,
  oneOf: readonly string[] = [],
  at = '',
): readonly string[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [`${at} is no object`];
  const own = new Map(Object.entries(value));
  const missing = Object.entries(attributes).flatMap(([name, { required }]) =>
    required && !own.has(name) ? [`${at}.${name} is missing`] : [],
  );
  const without = oneOf.length > 0 && !oneOf.some((name) => own.has(name)) ? [`${at} has none of ${oneOf}`] : [];
  const wrong = [...own].flatMap(([name, one]) => {
    const attribute = Object.hasOwn(attributes, name) ? attributes[name] : undefined;
    return attribute ? faultsOf(one, attribute, `${at}.${name}`) : [`${at}.${name} is unknown`];
  });
  return [...missing, ...without, ...wrong];
}

function faultsOf(value: unknown, { type, of }: Attribute, at: string): readonly string[] {
  const fits = (is: boolean) => (is && (!of || of.some((one) => one === value)) ? [] : [`${at} is not ${type}`]);
  switch (type) {
    case 'string':
      return fits(typeof value === 'string' && value !== '');
    case 'integer':
    case 'timestamp':
      return fits(Number.isSafeInteger(value));
    case 'boolean':
      return fits(typeof value === 'boolean');
    case 'strings':
      return fits(Array.isArray(value) && value.every((one) => typeof one === 'string'));
  }
  if (typeof type === 'string') return faultsInObject(value, type, at);
  const [one] = type;
  if (!Array.isArray(value)) return [`${at} is no list`];
  return value.flatMap((item: unknown) => faultsInObject(item, one, at));
}

function faultsInObject(value: unknown, name: ObjectName, at: string): readonly string[] {
  const { attributes, oneOf } = OBJECTS[name];
  return faultsIn(value, attributes, oneOf, at);
}
