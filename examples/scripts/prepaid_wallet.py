"""Our app's wallet: `prepaid_wallet.py FILE.db USER pay|spend CENTS KEY AT`; again is once."""

import sys
from datetime import datetime

from leadcore import back_office as bo
from leadcore.accounts import OpenAccount, SellerTerms, prepaid_account, revenue_account
from leadcore.balances import Posted, Transfer, TransferKind
from leadcore.values import AccountId, Money, SellerId
from leadcore_sqlalchemy import SqlStore, engine, upgrade

file, user, what, cents, key, moment = sys.argv[1:]
database = engine(f"sqlite:///{file}")
upgrade(database)
store, app, at = SqlStore(database), SellerId("app"), datetime.fromisoformat(moment)
account, amount = AccountId(user), Money(int(cents), "USD")
if store.seller(app) is None:
    store.run(bo.SetSellerTerms(seller_id=app, terms=SellerTerms(name="Our app"), at=at))
if account not in {each.id for each in store.accounts(app)}:
    opened = OpenAccount(account_id=account, seller_id=app, name=user, currency="USD")
    store.run(bo.KeepAccount(seller_id=app, account_id=account, command=opened, at=at))
if what == "pay":
    store.run(bo.Fund(seller_id=app, account_id=account, key=key, amount=amount, actor=user, at=at))
else:
    charge = Transfer(id=f"app/{key}", kind=TransferKind.CHARGE, debit=prepaid_account(account),
                      credit=revenue_account(app), amount=amount, effective_at=at)  # fmt: skip
    (said,) = store.post([(charge,)], at=at)
    if not isinstance(said, Posted):
        sys.exit(f"{said.code.value}: {dict(said.data).get('available', 0)} cents are left")
print(sum(line.entry.amount for line in store.statement(prepaid_account(account))), "cents")
