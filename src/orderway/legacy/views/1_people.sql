CREATE VIEW "Role" AS
SELECT theirs('Role', r.id) AS id, r.name, r.label AS description, NULL::text AS "createdBy",
    utc(coalesce((SELECT min(c.at) FROM public.people_change c WHERE c.role_id = r.id), 'epoch')) AS "createdAt"
FROM public.role r;

CREATE VIEW "User" AS
SELECT theirs('User', p.id) AS id, p.email, '' AS "passwordHash", -- it never leaves
    theirs('Role', (
        SELECT h.role_id FROM public.person_role h JOIN public.role r ON r.id = h.role_id WHERE h.person_id = p.id
        ORDER BY cardinality(r.permissions) DESC, r.name LIMIT 1
    )) AS "roleId",
    (SELECT tier(f.tier) FROM public.customer c JOIN public.credit_profile f ON f.customer_id = c.id
        WHERE c.person_id = p.id AND f.policy = 'FIXED' ORDER BY f.currency LIMIT 1) AS tier,
    NULL::text AS "referralCode", NULL::text AS "referredBy", utc(p.created_at) AS "createdAt",
    utc(greatest(p.created_at, (SELECT max(c.at) FROM public.people_change c WHERE c.person_id = p.id))) AS "updatedAt",
    NULL::text AS "emailVerificationToken", NULL::timestamp(3) AS "emailVerificationTokenExpiry",
    p.signed_up_at IS NULL AS "isEmailVerified"
FROM public.person p;

CREATE VIEW "Store" AS
SELECT theirs('Store', s.id) AS id, s.name, NULL::text AS location, false AS "isMain",
    theirs('User', (
        SELECT w.person_id FROM public.person_store w JOIN public.person_role h ON h.person_id = w.person_id
        JOIN public.role r ON r.id = h.role_id JOIN public.person p ON p.id = w.person_id
        WHERE w.store_id = s.id AND r.name = 'MANAGER' AND p.disabled_at IS NULL ORDER BY p.created_at, p.id LIMIT 1
    )) AS "managerId",
    utc(coalesce(c.first, 'epoch')) AS "createdAt", utc(coalesce(c.last, 'epoch')) AS "updatedAt"
FROM public.store s
CROSS JOIN LATERAL (
    SELECT min(c.at) AS first, max(c.at) AS last FROM public.people_change c WHERE c.store_id = s.id
) c;

CREATE VIEW "RiderCoverageArea" AS
SELECT c.rider_id || ':' || c.store_id AS id, theirs('User', c.rider_id) AS "riderId",
    theirs('Store', c.store_id) AS "storeId", c.radius_km AS "serviceRadiusKm",
    utc(coalesce((SELECT min(h.at) FROM public.rider_coverage_change h
        WHERE h.rider_id = c.rider_id AND h.store_id = c.store_id), 'epoch')) AS "createdAt"
FROM public.rider_coverage c;

-- Who was taken on, and who applied and was not, or not yet.
CREATE VIEW "ResellerProfile" AS
SELECT reseller(c) AS "userId", theirs('User', c.biller_id) AS "billerId", tier(f.tier) AS tier,
    major(coalesce(f.custom_limit, 0), c.currency) AS "creditLimit",
    major(coalesce(f.exposure, 0), c.currency) AS "outstandingBalance",
    p.id IS NULL OR p.disabled_at IS NULL AS "isActive", utc(d.at) AS "activatedAt",
    'ACTIVE'::"ProfileStatus" AS "profileStatus", NULL::timestamp(3) AS "rejectedAt", NULL::text AS "rejectionReason",
    utc(coalesce(a.applied_at, p.created_at, 'epoch')) AS "requestedAt", NULL::text AS "requestedBillerId",
    c.name AS "companyName", coalesce(p.name, c.name) AS "contactPersonName", coalesce(c.phone, '') AS "contactPhone",
    upper(regexp_replace(c.name, '(\w)\w*\W*', '\1', 'g')) AS "companyInitials", NULL::text AS "companyLogoUrl"
FROM public.customer c
LEFT JOIN public.person p ON p.id = c.person_id
LEFT JOIN public.credit_profile f ON f.customer_id = c.id AND f.currency = c.currency
LEFT JOIN public.reseller_decision d ON d.customer_id = c.id
LEFT JOIN public.reseller_application a ON a.id = d.application_id
WHERE c.kind = 'RESELLER'
UNION ALL
SELECT theirs('User', a.id), NULL, 'ZERO', 0, 0, false, NULL,
    (CASE WHEN a.decided_at IS NULL THEN 'PENDING' ELSE 'REJECTED' END)::"ProfileStatus", utc(a.decided_at), d.reason,
    utc(a.applied_at), NULL, a.company, a.name, coalesce(a.phone, ''),
    upper(regexp_replace(a.company, '(\w)\w*\W*', '\1', 'g')), NULL
FROM public.reseller_application a LEFT JOIN public.reseller_decision d ON d.application_id = a.id
WHERE d.customer_id IS NULL;

CREATE VIEW "Customer" AS
SELECT theirs('Customer', c.id) AS id, c.name AS "fullName", c.phone, c.email,
    theirs('Store', c.default_store_id) AS "preferredStoreId"
FROM public.customer c WHERE c.kind = 'CONSUMER';

CREATE VIEW "Notification" AS
SELECT n.id::text AS id, theirs('User', n.person_id) AS "userId", n.type, n.title || ' ' || n.text AS message,
    n.read_at IS NOT NULL AS "isRead", utc(n.at) AS "createdAt"
FROM public.notification n;

CREATE VIEW "SystemSetting" AS
SELECT s.name AS id, s.name AS key, s.value, NULL::text AS description, c.first AS "createdAt",
    s.changed_at AS "updatedAt", acting(s.changed_by) AS "updatedById"
FROM public.system_setting s
CROSS JOIN LATERAL (
    SELECT coalesce(min(c.changed_at), s.changed_at) AS first FROM public.setting_change c WHERE c.name = s.name
) c;
