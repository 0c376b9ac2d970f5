"""Where who sells goes."""

from starlette.routing import BaseRoute

from gateway.pages.kit.routing import show, take
from gateway.pages.supplier import business, listings

routes: list[BaseRoute] = [
    show("/supplier", business.show_business),
    show("/supplier/apply", business.show_apply),
    take("/supplier/apply", business.apply),
    show("/supplier/{supplier_id:uuid}/apply", business.show_change),
    show("/supplier/{supplier_id:uuid}/application", business.show_application),
    take("/supplier/{supplier_id:uuid}/documents", business.upload_document),
    show("/supplier/{supplier_id:uuid}/listings", listings.show_listings),
    take("/supplier/{supplier_id:uuid}/listings", listings.save),
    show("/supplier/{supplier_id:uuid}/listings/new", listings.show_new),
    show("/supplier/{supplier_id:uuid}/listings/{listing_id:uuid}", listings.show_listing),
    show("/supplier/{supplier_id:uuid}/listings/{listing_id:uuid}/edit", listings.show_edit),
    take("/supplier/{supplier_id:uuid}/listings/{listing_id:uuid}/photos", listings.upload_photo),
    take("/supplier/{supplier_id:uuid}/listings/{listing_id:uuid}/submission", listings.submit),
    take("/supplier/{supplier_id:uuid}/listings/{listing_id:uuid}/withdrawal", listings.withdraw),
    take("/supplier/{supplier_id:uuid}/listings/{listing_id:uuid}/stock", listings.set_stock),
]
