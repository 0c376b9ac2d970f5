"""Where who sells goes."""

from starlette.routing import BaseRoute

from gateway.pages.kit.routing import show, take
from gateway.pages.supplier import business, goods, listings, members, money, papers, today

routes: list[BaseRoute] = [
    show("/supplier", today.show_today),
    show("/supplier/apply", business.show_apply),
    take("/supplier/apply", business.apply),
    show("/supplier/{supplier_id:uuid}/apply", business.show_change),
    show("/supplier/{supplier_id:uuid}/application", business.show_application),
    show("/supplier/{supplier_id:uuid}/money", money.show_money),
    show("/supplier/{supplier_id:uuid}/sales", money.show_sales),
    show("/invitation", members.show_invited),
    take("/invitation", members.come_in),
    show("/supplier/{supplier_id:uuid}/members", members.show_members),
    take("/supplier/{supplier_id:uuid}/members/codes", members.make_code),
    take("/supplier/{supplier_id:uuid}/members/codes/{invitation_id:uuid}/end", members.end_code),
    show("/supplier/{supplier_id:uuid}/members/acts", members.show_acts),
    show("/supplier/{supplier_id:uuid}/members/acts.csv", members.save_acts),
    show("/supplier/{supplier_id:uuid}/members/{account_id:uuid}/end", members.show_end),
    take("/supplier/{supplier_id:uuid}/members/{account_id:uuid}/end", members.end_member),
    show("/supplier/{supplier_id:uuid}/papers", papers.show_papers),
    take("/supplier/{supplier_id:uuid}/documents", business.upload_document),
    show("/supplier/{supplier_id:uuid}/listings", goods.show_goods),
    take("/supplier/{supplier_id:uuid}/listings", listings.save),
    show("/supplier/{supplier_id:uuid}/listings/new", listings.show_new),
    show("/supplier/{supplier_id:uuid}/listings/{listing_id:uuid}", listings.show_listing),
    show("/supplier/{supplier_id:uuid}/listings/{listing_id:uuid}/edit", listings.show_edit),
    take("/supplier/{supplier_id:uuid}/listings/{listing_id:uuid}/photos", listings.upload_photo),
    take("/supplier/{supplier_id:uuid}/listings/{listing_id:uuid}/submission", listings.submit),
    take("/supplier/{supplier_id:uuid}/listings/{listing_id:uuid}/withdrawal", listings.withdraw),
    take("/supplier/{supplier_id:uuid}/listings/{listing_id:uuid}/stock", listings.set_stock),
    take("/supplier/{supplier_id:uuid}/listings/{listing_id:uuid}/terms", goods.change_terms),
    take("/supplier/{supplier_id:uuid}/listings/{listing_id:uuid}/repeat", goods.repeat),
]
